// Replaces Okta's SDK in tests that do not call Okta: the whole SDK takes a second to load.
module.exports = {};
