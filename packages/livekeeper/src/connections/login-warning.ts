import type { LoginState } from "@livekeeper/douyin";

/** `ending`: within the time that warnings begin before the end. */
export type LoginPhase = "fine" | "ending" | "ended";

/** How near the end of a login is. An anonymous session has none that could end. */
export function loginPhase({ status, expiresAt }: LoginState, now: number, warnMs: number): LoginPhase {
	if (status === "anonymous") return "fine";
	if (status === "expired") return "ended";
	return expiresAt !== undefined && expiresAt - now <= warnMs ? "ending" : "fine";
}

/** What to tell the user of a login, as a sentence; `undefined` while all is well. */
export function loginWarning(
	name: string | undefined,
	login: LoginState,
	now: number,
	warnMs: number,
): string | undefined {
	const whose = name === undefined ? "The login" : `The login of identity ${name}`;
	const wanted = "give the new cookie of a logged-in browser";
	switch (loginPhase(login, now, warnMs)) {
		case "fine":
			return undefined;
		case "ended":
			return `${whose} has ended: no gifts come, and some names are masked; ${wanted}.`;
		case "ending":
			return `${whose} ends in ${inWords((login.expiresAt ?? now) - now)}: ${wanted}.`;
	}
}

function inWords(ms: number): string {
	const hours = Math.max(1, Math.floor(ms / 3_600_000));
	if (hours >= 48) return `${Math.floor(hours / 24)} days`;
	return hours === 1 ? "an hour or less" : `${hours} hours`;
}
