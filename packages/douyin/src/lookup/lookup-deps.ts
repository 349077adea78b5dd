import type { Clock } from "../clock.ts";
import type { MessageWatch } from "../codec/index.ts";
import type { LoginWatch } from "../login/index.ts";
import type { HttpClient } from "../net/index.ts";
import type { Signer } from "../signature/index.ts";
import type { SiteProfile } from "../site-profile/index.ts";
import type { DriftListener } from "../upstream.ts";
import type { VisitorCookie } from "./visitor-cookie.ts";

/** Dependencies of every request about a room; one instance per upstream. */
export interface LookupDeps {
	/** Returns the site profile in force; it may be another at the next request. */
	profile(): SiteProfile;
	/** Is notified of answers and messages of an unknown form. */
	drift: DriftListener;
	/** Watches received messages; `undefined`: nothing does. */
	watch: MessageWatch | undefined;
	/** Base URL without a trailing slash. */
	baseUrl: string;
	/** Client with the identity's cookies. */
	http: HttpClient;
	/** Client that may also contact the app's host (`webcast.amemv.com`), without the identity's cookies. */
	appHttp: HttpClient;
	visitor: VisitorCookie;
	login: LoginWatch;
	signer: Signer;
	/** Returns the `a_bogus` of a query, for calls that need one: the signer's own, or the built-in one. */
	aBogus(query: string, userAgent: string): string | Promise<string>;
	clock: Clock;
	/** The visitor's id for pages that name none. */
	fallbackUserUniqueId: string;
	/** Returns the `msToken` to send. */
	token(): string;
}
