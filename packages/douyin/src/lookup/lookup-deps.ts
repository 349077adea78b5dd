import type { Clock } from "../clock.ts";
import type { LoginWatch } from "../login/index.ts";
import type { HttpClient } from "../net/index.ts";
import type { Signer } from "../signature/index.ts";
import type { VisitorCookie } from "./visitor-cookie.ts";

/** What every request about a room needs; one for each upstream. */
export interface LookupDeps {
	/** Base URL without a trailing slash. */
	baseUrl: string;
	/** Has the identity's cookies. */
	http: HttpClient;
	/** May go to the app's host as well (`webcast.amemv.com`), and has no cookies of the identity. */
	appHttp: HttpClient;
	visitor: VisitorCookie;
	login: LoginWatch;
	signer: Signer;
	/** The `a_bogus` of a query, for calls that are empty without one: the signer's own, or the built-in one. */
	aBogus(query: string, userAgent: string): string | Promise<string>;
	clock: Clock;
	/** The visitor's id for when the page names none. */
	fallbackUserUniqueId: string;
	/** The `msToken` to send. */
	token(): string;
}
