export { expiryInHeader, hasLogin, loginSession, sameAccount } from "./login-cookie.ts";
export { type LoginState, type LoginStatus, LoginWatch } from "./login-watch.ts";
export { type CookieForm, type ReadCookie, readCookie } from "./read-cookie.ts";
