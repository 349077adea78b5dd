import { expect, it } from "vitest";
import { IdentityCookies } from "../net/cookie-jar.ts";
import { LoginWatch } from "./login-watch.ts";

const base = "https://live.douyin.com";
const day = 86_400_000;

function watch(cookie?: string, expiresAt?: number) {
	const cookies = new IdentityCookies(base, cookie);
	const time = { now: Date.now() };
	const login = new LoginWatch({ cookie, expiresAt, cookies, now: () => time.now });
	return { login, time, set: (line: string) => cookies.jar.setCookieSync(line, `${base}/`) };
}

it("a session without a login is always anonymous", () => {
	const { login } = watch("ttwid=v; sid_guard=a|1|1|x");
	expect(login.state()).toEqual({ status: "anonymous" });
	login.sawPage(true);
	expect(login.state()).toEqual({ status: "anonymous" });
});

it("a page's view ends the login and restores it", () => {
	const { login, time } = watch("sessionid=a");
	expect(login.state()).toEqual({ status: "logged_in" });
	login.sawPage(undefined);
	expect(login.state()).toEqual({ status: "logged_in" });
	login.sawPage(false);
	expect(login.state()).toEqual({ status: "expired", seenAt: time.now });
	login.sawPage(true);
	expect(login.state().status).toBe("logged_in");
});

it("a login ends on its date unless pages disagree", () => {
	const expiresAt = Date.now() + day;
	const { login, time } = watch("sessionid=a", expiresAt);
	expect(login.state()).toEqual({ status: "logged_in", expiresAt });
	login.sawPage(true);
	time.now = expiresAt;
	expect(login.state()).toMatchObject({ status: "expired", expiresAt });
	login.sawPage(true);
	expect(login.state()).toEqual({ status: "logged_in", seenAt: time.now });
});

it("the user's date takes precedence over the cookie's", () => {
	const cookie = "sessionid=a; sid_guard=a|1767225600|60|x";
	expect(watch(cookie).login.state()).toEqual({ status: "expired", expiresAt: 1_767_225_660_000 });
	expect(watch(cookie, Date.now() + day).login.state().status).toBe("logged_in");
});

it("the upstream's newest cookie sets the date", () => {
	const { login, time, set } = watch("sessionid=a", Date.now() + day);
	set("sessionid=a; Domain=douyin.com; Path=/; Max-Age=3600");
	login.sawPage(undefined);
	const { expiresAt = 0 } = login.state();
	expect(Math.abs(expiresAt - time.now - 3_600_000)).toBeLessThan(60_000);
});

it("an upstream that removes the cookie ends the login", () => {
	const { login, set } = watch("sessionid=a; ttwid=v");
	set("sessionid=; Domain=douyin.com; Path=/; Max-Age=0");
	login.sawPage(undefined);
	expect(login.state()).toEqual({ status: "expired" });
});
