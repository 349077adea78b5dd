import type { Text } from "@livekeeper/base/text";
import { timeOf } from "@livekeeper/base/text/local-time";
import type { DouyinError, FailureReason, ProbeFinding } from "@livekeeper/douyin";
import { failureText } from "@livekeeper/engine/text";
import type { stepNames } from "./catalogue.ts";

/** Values of a probe's step that its text uses. */
export interface ProbeWords {
	name: keyof typeof stepNames;
	detail: string;
	hint?: string | undefined;
	found?: ProbeFinding | undefined;
	failure?: DouyinError | undefined;
	/** Failure of the page if another way has answered instead. */
	pageFailure?: DouyinError | undefined;
}

const giftless = "收不到礼物，部分昵称被打码，消息也不全";
const tryLive = "要测试其余步骤，请换一个正在直播的直播间再试。";

const hints = {
	network: "请检查网络，以及途中有没有程序切断连接；然后再试。",
	dns: "找不到抖音的服务器地址：请检查 DNS 设置。",
	tls: "证书不被接受：请检查本机时间，以及是否有代理替换证书。",
	proxy: "代理出错：请检查它的地址、用户名和密码。livekeeper 不会绕过代理。",
	timeout: "等了太久没有回应：请检查网络或代理，或调大 request_timeout_ms、handshake_timeout_ms。",
	handshake_refused: "抖音没有建立实时连接，原因见它返回的文字。可能是抖音改了协议。",
	blocked: "抖音拒绝了这个网络地址或设备：请等一等，换一个网络或代理，或使用已登录的账号。",
	signature_rejected: "抖音不接受签名：请更新 livekeeper。",
	rate_limited: "抖音要求放慢速度：请按它的要求等待，并减少这个网络上的直播间。",
	upstream_error: "抖音自己出了错，请稍后再试。",
	unreadable_page: "抖音的页面无法识别：请使用浏览器里的 cookie；如果一直这样，请更新 livekeeper。",
	bad_frame: "收到的数据无法解析：如果一直这样，请更新 livekeeper。",
	silence: "连上了但没有消息：这个服务器可能不给这个网络地址发消息；请再试一次，或换一个网络。",
	upstream_close: "抖音关闭了连接：请再试一次；可能是这个 cookie 在别处使用。",
	identity: "请在“设置”的“账号”里用原来的名称重新添加，或让直播间使用其他账号。",
	foreign_host: "连接会带上 cookie，所以没有向它发送任何内容。如果它确实是抖音的服务器，请加入 allowed_hosts。",
	storage:
		"收到的内容无法存储：服务的状态（/health/ready）和日志写明了原因，比如磁盘已满、数据目录只读、NATS 无法访问。",
	broadcast_ended: "直播已结束：请换一个正在直播的直播间再试。",
} as const satisfies Record<FailureReason, string>;

const captchaHint =
	"直播间本身没有问题。请在同一网络的浏览器里（如果用代理，则通过同一代理）打开它的页面，完成滑块验证，再试一次。";

/**
 * Returns a step's finding and advice. In English as the probe gives it.
 * @param failed text of the failure, if it failed
 */
export function probeText(step: ProbeWords, failed: Text | undefined, now: number): { detail: Text; hint?: Text } {
	const { detail, hint, found, failure, pageFailure } = step;
	const chinese = failure ? { detail: failed?.zh ?? detail, hint: hintFor(failure) } : inChinese(found, now);
	if (chinese && pageFailure) {
		chinese.detail += `以上来自“直播间数据”查询；直播间页面出错：${failureText(pageFailure).zh}`;
		chinese.hint = `${chinese.hint ?? ""}${hintFor(pageFailure)}`;
	}
	return {
		detail: { en: detail, zh: chinese?.detail ?? detail },
		...(hint !== undefined && { hint: { en: hint, zh: chinese?.hint ?? hint } }),
	};
}

function hintFor({ reason, upstreamMessage }: DouyinError): string {
	return reason === "blocked" && upstreamMessage === "captcha" ? captchaHint : hints[reason];
}

function inChinese(found: ProbeFinding | undefined, now: number): { detail: string; hint?: string } | undefined {
	switch (found?.is) {
		case undefined:
			return undefined;
		case "login_cookie":
			return { detail: "已登录的 cookie。" };
		case "visitor_cookie":
			return { detail: "访客的 cookie。" };
		case "live":
			return {
				detail: `正在直播${found.kind ? "（语音直播间）" : ""}：${found.title || "（无标题）"}，场次编号 ${found.roomId}。`,
			};
		case "offline":
			return { detail: "直播间存在，未开播。", hint: tryLive };
		case "no_room":
			return { detail: `${found.nickname} 还没有直播间。`, hint: tryLive };
		case "hidden":
			return {
				detail: "这场直播只对主播指定的观众可见，当前的 cookie 看不到。",
				hint: "如果你的抖音账号看得到，请添加它。",
			};
		case "closed":
			return { detail: "这个账号已注销。", hint: "请检查直播间号；主播可能换了新账号。" };
		case "not_found":
			return { detail: "没有这个直播间。", hint: "请检查直播间号：它是网址的最后一段。" };
		case "login":
			return loginInChinese(found.login, now);
		case "recent_messages":
			return { detail: `最近的消息 ${found.messages} 条；服务器：${found.servers.join("、") || "无"}。` };
		case "first_frame":
			return { detail: `收到 ${found.host} 的数据。` };
		default:
			return found satisfies never;
	}
}

type Login = Extract<ProbeFinding, { is: "login" }>["login"];

function loginInChinese({ status, expiresAt, seenAt }: Login, now: number): { detail: string; hint?: string } {
	const date = expiresAt === undefined ? "" : timeOf(expiresAt, "zh");
	const ends = date === "" ? "" : (expiresAt ?? 0) > now ? `，有效期至 ${date}` : `（${date}）`;
	switch (status) {
		case "anonymous":
			return {
				detail: `没有登录：${giftless}。`,
				hint: "如果需要礼物，请在“设置”的“账号”里添加已登录的账号。",
			};
		case "expired":
			return {
				detail: `登录已失效${ends}，抖音把它当作没有登录：${giftless}。`,
				hint: "请在浏览器里重新登录，再到“设置”的“账号”里粘贴新的 cookie。",
			};
		case "logged_in":
			return { detail: `已登录（${seenAt === undefined ? "依据 cookie，页面没有说明" : "依据页面"}）${ends}。` };
		default:
			return status satisfies never;
	}
}
