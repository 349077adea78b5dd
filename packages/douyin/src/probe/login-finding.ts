import type { LoginState } from "../login/index.ts";

const missing = "no gifts arrive, some names are masked, and not every message arrives";
const howToGive = "To receive them, use the cookie of a logged-in browser (docs/identities.md).";

/**
 * Describes the state of a login to a user. An anonymous session is no fault; one that was meant to be logged in is.
 */
export function loginFinding(
	{ status, expiresAt, seenAt }: LoginState,
	now: number,
): { ok: boolean; detail: string; hint?: string } {
	switch (status) {
		case "anonymous":
			return { ok: true, detail: `Not logged in: ${missing}.`, hint: howToGive };
		case "expired":
			return {
				ok: false,
				detail: `The login has expired${endOf(expiresAt, now)}: Douyin treats it as not logged in; ${missing}.`,
				hint: "Log in again in a browser and paste the new cookie (docs/identities.md).",
			};
		case "logged_in": {
			const proof = seenAt === undefined ? "according to the cookie; the page does not say" : "according to the page";
			return { ok: true, detail: `Logged in, ${proof}${endOf(expiresAt, now)}.` };
		}
		default:
			return status satisfies never;
	}
}

function endOf(expiresAt: number | undefined, now: number): string {
	if (expiresAt === undefined) return "";
	const date = new Date(expiresAt).toISOString().slice(0, 16).replace("T", " ");
	return expiresAt > now ? `, until ${date} UTC` : ` (${date} UTC)`;
}
