import type { LoginState } from "@livekeeper/douyin";
import { identityTexts, type Text } from "../text/index.ts";

/** `ending`: within the warning period before the end. */
export type LoginPhase = "fine" | "ending" | "ended";

/** Returns how near the end of a login is. An anonymous session has no login that could end. */
export function loginPhase({ status, expiresAt }: LoginState, now: number, warnMs: number): LoginPhase {
	if (status === "anonymous") return "fine";
	if (status === "expired") return "ended";
	return expiresAt !== undefined && expiresAt - now <= warnMs ? "ending" : "fine";
}

/** Returns a warning about a login as a sentence; `undefined` while all is well. */
export function loginWarning(
	name: string | undefined,
	login: LoginState,
	now: number,
	warnMs: number,
): Text | undefined {
	switch (loginPhase(login, now, warnMs)) {
		case "fine":
			return undefined;
		case "ended":
			return identityTexts.loginEnded(name);
		case "ending":
			return identityTexts.loginEnds(name, (login.expiresAt ?? now) - now);
	}
}
