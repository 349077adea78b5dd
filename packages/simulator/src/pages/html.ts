import { randomBytes } from "node:crypto";

/** Encodes JSON in which no character can end a script; the site writes `&` as `\u0026`. */
function scriptJson(value: unknown): string {
	return JSON.stringify(value).replaceAll("&", "\\u0026").replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
}

/**
 * Returns a room's page. The state is in a script, as JSON inside a string (`escapeDepth` 1, `\"roomStore\":{…}`, with
 * `\u0026`) or inside a string that is itself inside one (2, `\\\"roomStore\\\":{…}`, with `\\u0026`).
 */
export function roomPage(
	state: Record<string, unknown>,
	{ escapeDepth, namesCaptcha }: { escapeDepth: 1 | 2; namesCaptcha: boolean },
): string {
	const inner = `["$","$L12",null,{"state":${JSON.stringify(state)}}]`;
	const flight = escapeDepth === 1 ? `d:${inner}\n` : `d:${scriptJson(inner)}\n`;
	const scripts = [
		"(self.__pace_f=self.__pace_f||[]).push([0])",
		`self.__pace_f.push([1,${JSON.stringify('1:HL["/static/sim.css",{"as":"style"}]\n')}])`,
		`self.__pace_f.push([1,${scriptJson(flight)}])`,
		`self.__pace_f.push([1,${JSON.stringify('e:["$","div",null,{"children":"roomStore"}]\n')}])`,
	];
	return document("抖音直播 - 模拟", namesCaptcha ? [captchaLoader, ...scripts] : scripts);
}

/**
 * Scripts that healthy pages of the site load before anything is suspected (seen on each of six share pages, 2026-08
 * and 09): a client that takes these names for a captcha is wrong.
 */
const captchaLoader =
	'window.TTGCaptcha=window.TTGCaptcha||function(){};window.verifyCenter={"src":"/obj/rc-verifycenter/sim/captcha/index.js"}';

/** Returns the page for clients without a cookie: it only runs a script. */
export function shellPage(): string {
	return document("", ["window._$jsvmprt=function(){};window.location.reload()"]);
}

/** Returns the page for clients that are suspected of being a program. */
export function captchaPage(): string {
	const data = '{"code":"10000","type":"verify","version":"1","region":"cn","subtype":"slide"}';
	return document("验证码中间页", [
		`window.__captcha__=${data}`,
		`TTGCaptcha.init({verify_data:${data},elementId:"captcha_container"})`,
	]);
}

/** Returns a page without a room. */
export function plainPage(title: string, { namesCaptcha }: { namesCaptcha: boolean }): string {
	return document(title, [...(namesCaptcha ? [captchaLoader] : []), "self.__pace_f=[]"]);
}

function document(title: string, scripts: readonly string[]): string {
	const nonce = randomBytes(16).toString("base64");
	// With the space: some clients find the state by the site's exact spelling.
	const body = scripts.map((script) => `<script nonce="${nonce}" >${script}</script>`).join("");
	return `<!DOCTYPE html><html><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>`;
}
