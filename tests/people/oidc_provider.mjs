// A real OIDC provider for tests: `node oidc_provider.mjs PORT REDIRECT_URI`. Whoever is asked for in `login_hint`
// is signed in at once; their claims come from the file CLAIMS (JSON: name → claims).
import { readFileSync } from "node:fs";
import Provider from "oidc-provider";

const [port, redirectUri, claimsFile] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const claimsOf = (name) => JSON.parse(readFileSync(claimsFile, "utf8"))[name];

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "portal",
      client_secret: "a secret of the tests and of nobody else",
      redirect_uris: [redirectUri],
      grant_types: ["authorization_code"],
      response_types: ["code"],
    },
  ],
  claims: {
    openid: ["sub"],
    profile: ["preferred_username", "name", "iin", "sourced_id"],
    email: ["email", "email_verified"],
  },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub, ...claimsOf(sub) }) }),
});

provider.use(async (context, next) => {
  if (!context.path.startsWith("/interaction/")) return next();
  const { prompt, params, session } = await provider.interactionDetails(context.req, context.res);
  if (prompt.name === "login") {
    const accountId = readFileSync(`${claimsFile}.who`, "utf8");
    const result = accountId ? { login: { accountId } } : { error: "access_denied" };
    return provider.interactionFinished(context.req, context.res, result);
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(context.req, context.res, { consent }, { mergeWithLastSubmission: true });
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
