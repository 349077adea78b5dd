import type { Clock } from "../clock.ts";
import type { LoginWatch } from "../login/index.ts";
import type { HttpClient } from "../net/index.ts";
import type { Signer } from "../signature/index.ts";
import type { VisitorCookie } from "./visitor-cookie.ts";

/** What every request about a room needs; one for each upstream. */
export interface LookupDeps {
	/** Base URL without a trailing slash. */
	baseUrl: string;
	http: HttpClient;
	visitor: VisitorCookie;
	login: LoginWatch;
	signer: Signer;
	clock: Clock;
	/** The visitor's id for when the page names none. */
	fallbackUserUniqueId: string;
	/** The `msToken` to send. */
	token(): string;
}
