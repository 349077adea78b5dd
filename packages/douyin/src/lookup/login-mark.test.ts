import { expect, it } from "vitest";
import { loginMark } from "./ask-page.ts";

const inScript = (state: object) => `<script>self.push([1,${JSON.stringify(JSON.stringify(state))}])</script>`;

it.each([
	[{ headerUserInfo: { isLogin: true, info: { uid: "1" } } }, true],
	[{ headerUserInfo: { isLogin: false, info: {} } }, false],
	[{ odin: { user_is_auth: 0, user_is_login: 1 } }, true],
	[{ odin: { user_is_login: false } }, false],
	[{ odin: JSON.stringify({ user_is_auth: 0, not_exist_login_cookie: true }) }, false],
	[{ headerUserInfo: { isLogin: true }, odin: { user_is_auth: 0, user_is_login: 1 } }, true],
	[{ odin: { user_id: "1", user_is_auth: 0 } }, undefined],
	[{ headerUserInfo: { isLogin: true }, odin: { user_is_login: 0 } }, undefined],
	[{ headerUserInfo: { isLogin: "true" }, odin: { user_is_login: 12 } }, undefined],
	[{}, undefined],
])("reads the page with %j as %s", (state, expected) => {
	expect(loginMark(inScript(state))).toBe(expected);
});

it("text in a title can at most hide the mark", () => {
	const title = '"headerUserInfo":{"isLogin":false}';
	expect(loginMark(inScript({ title, headerUserInfo: { isLogin: true } }))).not.toBe(false);
});
