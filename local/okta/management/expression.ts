import { ManagementError } from './errors.ts';

const TERM = /^\(?\s*([\w.]+)\s+(eq|ne|sw|co)\s+"((?:[^"\\]|\\.)*)"\s*\)?$/;

/**
 * Reads the small part of Okta's filter and search language that clients use on applications and groups:
 * `attribute eq|ne|sw|co "value"`, joined by `and` or by `or`.
 *
 * @param expression the query's `filter` or `search`
 * @param valuesOf the values that an item has for an attribute; `undefined` for an attribute that there is not
 * @returns whether an item matches
 * @throws ManagementError 400 E0000031 for an expression that it cannot read
 * @see https://developer.okta.com/docs/reference/core-okta-api/#filter
 */
export function matcher<T>(
  expression: string,
  valuesOf: (item: T, attribute: string) => string[] | undefined,
): (item: T) => boolean {
  const refuse = () => new ManagementError(400, 'E0000031', `Invalid search criteria.`, [expression]);
  const alternatives = expression.split(/\s+or\s+/i).map((part) => part.split(/\s+and\s+/i).map(readTerm));

  function readTerm(text: string): (item: T) => boolean {
    const [, attribute, operator, quoted] = TERM.exec(text.trim()) ?? [];
    if (attribute === undefined || quoted === undefined) throw refuse();
    const wanted = quoted.replace(/\\(.)/g, '$1').toLowerCase();
    return (item) => {
      const values = valuesOf(item, attribute)?.map((value) => value.toLowerCase());
      if (!values) throw refuse();
      if (operator === 'ne') return !values.includes(wanted);
      if (operator === 'sw') return values.some((value) => value.startsWith(wanted));
      if (operator === 'co') return values.some((value) => value.includes(wanted));
      return values.includes(wanted);
    };
  }

  return (item) => alternatives.some((terms) => terms.every((matches) => matches(item)));
}
