import { builtInProfile, type SiteProfile } from "../site-profile/index.ts";
import { objectsNamed, type ScanBudget, wordNamed } from "./escaped-json.ts";

const scanBudget = 1024 * 1024;

/**
 * Reads whom a page takes us for: `true` for a logged-in account, `false` for an anonymous visitor, `undefined` if it
 * does not say, or contradicts itself. The marks are as others reported them, so they are read with care: the header's
 * user (`headerUserInfo`) has `isLogin`, and the visitor's description (`odin`) `user_is_login`, or
 * `not_exist_login_cookie`. Its `user_is_auth` proves nothing: it is 0 for accounts as well.
 */
export function loginMark(html: string, names: SiteProfile["page"] = builtInProfile.page): boolean | undefined {
	const budget: ScanBudget = { left: scanBudget };
	const marks = new Set<boolean>();
	for (const { [names.login_mark]: isLogin } of objectsNamed(html, names.login_user, budget)) {
		if (typeof isLogin === "boolean") marks.add(isLogin);
	}
	const isLogin = wordNamed(html, names.login_word);
	if (isLogin !== undefined) marks.add(isLogin);
	if (wordNamed(html, names.guest_word)) marks.add(false);
	const [mark] = marks;
	return marks.size === 1 ? mark : undefined;
}
