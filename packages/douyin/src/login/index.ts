export { type ReadCookie, readCookie } from "./cookie-export.ts";
export { expiryInHeader, hasLogin } from "./login-cookie.ts";
export { type LoginState, type LoginStatus, LoginWatch } from "./login-watch.ts";
