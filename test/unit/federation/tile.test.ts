import { knownAt } from '../../../src/federation/journal/past.ts';
import { settle } from '../../../src/federation/plan/settings.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { emptyWorld, identity, observed, planTo, properties, reach, type World } from './world.ts';

const start = 'https://shop.example.com/start';
const other = 'https://shop.example.com/other';
const shown = { iOS: false, web: false };
const hidden = { iOS: true, web: true };
const tiled = properties({ InitiateLoginUri: start });

function made(wanted = properties()): World {
  const world = emptyWorld();
  reach(world, wanted);
  return world;
}

function setBy(world: World, fields: Partial<Application>): void {
  if (world.application) world.application = { ...world.application, ...fields };
}

test('a new application without an address has a hidden tile', () => {
  expect(made().application?.visibility).toEqual({ hide: hidden });
});

test('the tile is shown when it gets an address, and nothing else of how it is shown changes', () => {
  const world = made();
  setBy(world, { visibility: { autoLaunch: true, hide: hidden } });
  reach(world, tiled);
  expect(world.application).toMatchObject({
    visibility: { autoLaunch: true, hide: shown },
    settings: {
      oauthClient: { initiate_login_uri: start, idp_initiated_login: { mode: 'SPEC', default_scope: [] } },
    },
  });
});

test('the tile is hidden when it loses its address', () => {
  const world = made(tiled);
  reach(world, properties());
  expect(world.application).toMatchObject({
    visibility: { hide: hidden },
    settings: { oauthClient: { idp_initiated_login: { mode: 'DISABLED', default_scope: [] } } },
  });
  expect(world.application?.settings?.oauthClient).not.toHaveProperty('initiate_login_uri');
});

test('the tile stays as an administrator set it when its address changes or stays', () => {
  const world = made(tiled);
  setBy(world, { visibility: { hide: hidden } });
  expect(planTo(world, tiled)).toEqual([]);
  reach(world, properties({ InitiateLoginUri: other }));
  expect(world.application).toMatchObject({
    visibility: { hide: hidden },
    settings: { oauthClient: { initiate_login_uri: other } },
  });
});

test('the tile of an application that never had an address is an administrator’s', () => {
  const world = made();
  setBy(world, { visibility: { hide: shown } });
  expect(planTo(world, properties())).toEqual([]);
});

test('an adopted tile that the template names no more is as it was found', () => {
  const world = made();
  const Adopt = { ApplicationId: world.application?.id };
  const found = { visibility: { hide: { iOS: true, web: false } }, profile: {} };
  setBy(world, found);
  world.past = emptyWorld().past;
  reach(world, properties({ Adopt, InitiateLoginUri: start }));
  expect(world.application?.visibility).toEqual({ hide: shown });
  const wanted = properties({ Adopt });
  const settings = settle(wanted, knownAt(world.past, identity), 'x', observed(world, wanted)).application;
  expect(settings.tileHidden).toEqual(found.visibility.hide);
  reach(world, wanted);
  expect(world.application?.visibility).toEqual(found.visibility);
  expect(world.application?.settings?.oauthClient).not.toHaveProperty('initiate_login_uri');
});
