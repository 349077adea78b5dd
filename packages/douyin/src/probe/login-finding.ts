import type { LoginState } from "../login/index.ts";

const missing = "such sessions get no gifts, some names are masked, and not every message comes";
const howToGive = "Give the cookie of a logged-in browser if you want them (docs/identities.md).";

/** What is known of a login, for people. An anonymous session is no fault; one that was meant to be another is. */
export function loginFinding(
	{ status, expiresAt, seenAt }: LoginState,
	now: number,
): { ok: boolean; detail: string; hint?: string } {
	switch (status) {
		case "anonymous":
			return { ok: true, detail: `An anonymous visitor: ${missing}.`, hint: howToGive };
		case "expired":
			return {
				ok: false,
				detail: `The login has ended${endOf(expiresAt, now)}: the upstream treats this session as a visitor's; ${missing}.`,
				hint: "Log in with a browser again, and give the new cookie (docs/identities.md).",
			};
		case "logged_in": {
			const proof = seenAt === undefined ? "as the cookie says; the page does not tell" : "as the page says";
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
