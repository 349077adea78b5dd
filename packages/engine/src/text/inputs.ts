import { type Text, verbatim } from "@livekeeper/base/text";
import { DouyinError, InputError, type InputProblem } from "@livekeeper/douyin/errors";
import { failureText } from "./said.ts";

const problems = {
	cookie_too_long: "cookie 过长。",
	no_cookie: "文本中没有 name=value 形式的 cookie。",
	foreign_cookie: "其中没有 douyin.com 的 cookie。请在 live.douyin.com 的页面上复制。",
	request_without_cookie: "这条命令中没有 cookie。请先登录抖音，再复制 live.douyin.com 的请求。",
	fetch_without_cookie: "fetch 格式里没有 cookie。请在同一个菜单里选 cURL (bash) 格式。",
	cut_request: "命令不完整。请重新复制整条命令。",
	not_json: "文本像是 JSON，但格式不对。请重新导出或复制完整的内容。",
	header_characters: "cookie 含有 HTTP 请求头不能携带的字符。",
	user_agent: "User-Agent 应以 Mozilla/5.0 这样的标识开头，且只含可打印的 ASCII 字符。",
	allowed_host: "允许的服务器应为域名，例如 push.example.com。",
	base_url: "抖音的地址应为 http 或 https，例如 https://live.douyin.com。",
	signer_url: "签名服务的地址应为 http 或 https。",
} as const satisfies Record<InputProblem, string>;

/** Returns why a user's input for the upstream is unusable. */
export function inputText(cause: unknown): Text {
	if (cause instanceof InputError) return { en: cause.message, zh: problems[cause.problem] };
	if (cause instanceof DouyinError) return failureText({ reason: cause.reason, message: cause.message });
	return verbatim(cause instanceof Error ? cause.message : String(cause));
}
