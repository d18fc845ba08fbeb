// The provider that `conformance/run bench` measures beside ours: node-oidc-provider with passkeys by @simplewebauthn/server,
// configured for the same flow as `chancery idp` (FAPI 2.0: PAR, PKCE, private_key_jwt, DPoP with the server's nonce; a returning
// person whose consent is remembered signs in by passkey), with everything in memory. Where a choice is not given by the
// flow, it is the cheaper one for this provider.
//
//   node server.mjs '{"port":…,"client_id":…,"redirect_uri":…,"jwk":{…}}'
//
// prints one line `{"issuer":…,"milliseconds":…}` when it listens. A person comes into being at `/enrol/NAME`.
import http from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { Provider } from 'oidc-provider';
import {
  generateAuthenticationOptions, generateRegistrationOptions, verifyAuthenticationResponse, verifyRegistrationResponse,
} from '@simplewebauthn/server';

const { port, client_id, redirect_uri, jwk } = JSON.parse(process.argv[2]);
const issuer = `http://localhost:${port}`;
const rpID = 'localhost';

/// What lives and ends, by kind and name. The built-in store of the library holds a thousand things and then forgets.
class Memory {
  static kinds = new Map();
  static grants = new Map();
  static seconds = () => Date.now() / 1000;

  constructor(kind) {
    if (!Memory.kinds.has(kind)) Memory.kinds.set(kind, new Map());
    this.kind = kind;
    this.things = Memory.kinds.get(kind);
  }

  async upsert(id, payload, expiresIn) {
    this.things.set(id, { payload, until: expiresIn ? Memory.seconds() + expiresIn : Infinity });
    if (this.kind === 'Session') this.things.set(payload.uid, this.things.get(id));
    if (payload.grantId && this.kind !== 'Grant') {
      if (!Memory.grants.has(payload.grantId)) Memory.grants.set(payload.grantId, []);
      Memory.grants.get(payload.grantId).push([this.things, id]);
    }
  }

  async find(id) {
    const found = this.things.get(id);
    return found && found.until > Memory.seconds() ? found.payload : undefined;
  }

  findByUid(uid) { return this.find(uid); }

  async consume(id) { const found = this.things.get(id); if (found) found.payload.consumed = Math.floor(Memory.seconds()); }

  async destroy(id) { this.things.delete(id); }

  async revokeByGrantId(grant) {
    for (const [things, id] of Memory.grants.get(grant) ?? []) things.delete(id);
    Memory.grants.delete(grant);
  }

  static sweep() {
    for (const things of Memory.kinds.values()) {
      for (const [id, { until }] of things) if (until <= Memory.seconds()) things.delete(id);
    }
  }
}
setInterval(Memory.sweep, 10_000).unref();

const people = new Map(); // name -> { credential, grant }
const names = new Map(); // credential id -> name
const challenges = new Map(); // page -> challenge

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const provider = new Provider(issuer, {
  adapter: Memory,
  clients: [{
    client_id,
    redirect_uris: [redirect_uri],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: 'ES256',
    dpop_bound_access_tokens: true,
    require_pushed_authorization_requests: true,
    jwks: { keys: [jwk] },
  }],
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') }] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  scopes: ['openid', 'profile'],
  claims: { openid: ['sub'], profile: ['name', 'given_name', 'family_name'] },
  findAccount: (_, name) => people.has(name) && {
    accountId: name,
    claims: () => ({ sub: name, name: `Citizen ${name}`, given_name: 'Citizen', family_name: name }),
  },
  features: {
    devInteractions: { enabled: false },
    fapi: { enabled: true, profile: '2.0' },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    // Neither provider keeps the names of proofs: the nonce bounds their age.
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true, allowReplay: true },
  },
  ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 86_400, IdToken: 300, Interaction: 1_800, Session: 300 },
  // What a person agreed to once is remembered beyond the session.
  loadExistingGrant: (context) => context.oidc.provider.Grant.find(people.get(context.oidc.session.accountId)?.grant),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
});
provider.on('server_error', (_, error) => console.error(error));
const answer = provider.callback();

const escaped = (text) => text.replace(/[&"<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const page = (response, title, ceremony, publicKey) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><main><h1>${title}</h1>
<form method="post" data-passkey="${ceremony}" data-options="${escaped(JSON.stringify({ publicKey }))}">
<input type="hidden" name="credential"><button>Use your passkey</button></form></main></html>`);
};
const credential = async (request) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  return JSON.parse(new URLSearchParams(body).get('credential'));
};
const expected = (key) => {
  const expectedChallenge = challenges.get(key);
  challenges.delete(key);
  return { expectedChallenge, expectedOrigin: issuer, expectedRPID: rpID, requireUserVerification: true };
};

async function signIn(request, response, uid) {
  if (request.method === 'GET') {
    await provider.interactionDetails(request, response);
    const options = await generateAuthenticationOptions({ rpID, userVerification: 'required' });
    challenges.set(uid, options.challenge);
    return page(response, 'Sign in', 'get', options);
  }
  const given = await credential(request);
  const name = names.get(given.id);
  const person = people.get(name);
  const result = await verifyAuthenticationResponse({ response: given, credential: person.credential, ...expected(uid) });
  if (!result.verified) throw new Error('the passkey was refused');
  person.credential.counter = result.authenticationInfo.newCounter;
  return provider.interactionFinished(request, response, { login: { accountId: name } });
}

async function enrol(request, response, name) {
  if (request.method === 'GET') {
    const selection = { residentKey: 'required', userVerification: 'required' };
    const options = await generateRegistrationOptions({
      rpName: 'peer', rpID, userName: name, supportedAlgorithmIDs: [-7], authenticatorSelection: selection,
    });
    challenges.set(name, options.challenge);
    return page(response, 'Make a passkey', 'create', options);
  }
  const result = await verifyRegistrationResponse({ response: await credential(request), ...expected(name) });
  if (!result.verified) throw new Error('the passkey was refused');
  const made = result.registrationInfo.credential;
  const grant = new provider.Grant({ clientId: client_id, accountId: name });
  grant.addOIDCScope('openid profile');
  people.set(name, { credential: made, grant: await grant.save() });
  names.set(made.id, name);
  return response.end();
}

http.createServer(async (request, response) => {
  const [, kind, name] = request.url.split('/');
  try {
    if (kind === 'interaction') await signIn(request, response, name);
    else if (kind === 'enrol') await enrol(request, response, name);
    else await answer(request, response);
  } catch (error) {
    console.error(error);
    if (!response.headersSent) response.statusCode = 500;
    response.end();
  }
}).listen(port, '127.0.0.1', () => console.log(JSON.stringify({ issuer, milliseconds: Math.round(performance.now()) })));
