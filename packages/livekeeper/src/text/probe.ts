import type { DouyinError, FailureReason, ProbeFinding } from "@livekeeper/douyin";
import type { stepNames } from "./catalogue.ts";
import { failureText } from "./failures.ts";
import type { Text } from "./text.ts";

/** A step of a probe, as far as its words go. */
export interface ProbeWords {
	name: keyof typeof stepNames;
	detail: string;
	hint?: string | undefined;
	found?: ProbeFinding | undefined;
	failure?: DouyinError | undefined;
	/** Failure of the page, where another way has answered in its place. */
	pageFailure?: DouyinError | undefined;
}

const giftless = "这样的会话收不到礼物，部分昵称被隐藏，也不会收到每一条消息";
const tryLive = "要测试其余步骤，请换一个正在直播的直播间再试。";

const hints = {
	network: "请检查网络，以及途中有没有程序切断连接；然后再试。",
	dns: "主机名无法解析：请检查 DNS 设置和上游的地址。",
	tls: "证书不被接受：请检查系统时钟，以及是否有代理替换证书。",
	proxy: "代理出错：请检查它的地址、用户名和密码。绝不会绕过代理发送内容。",
	timeout: "没有及时应答：请检查网络或代理，或允许更长的时间。",
	handshake_refused: "上游拒绝推送连接：它的原话在说明里。协议可能已改变。",
	blocked: "上游屏蔽此地址或设备：请等待，换一个地址或代理，或提供已登录的 cookie。",
	signature_rejected: "上游不接受签名：请更新程序，或使用其他签名服务。",
	rate_limited: "上游要求放慢速度：请按它的要求等待，并减少从此地址观看的直播间。",
	upstream_error: "上游自身出错：请稍后再试。",
	unreadable_page: "页面无法识别：请提供浏览器中的 cookie；若一直如此，请更新程序。",
	bad_frame: "推送连接上的数据无法解析：若一直如此，请更新程序。",
	silence: "连接仍在但没有消息：该主机可能不向此地址推送；请再试，或换一个地址。",
	upstream_close: "上游关闭了连接：请再试；原因可能是 cookie 在别处使用。",
	identity: "请在“设置”的“身份”里用原来的名称重新提供，或让直播间使用其他身份。",
	foreign_host: "由于会带上 cookie，没有向那里发送任何内容。如果你知道该主机属于该网站，请把它加入 allowed_hosts。",
	storage:
		"收到的内容无法存储：服务的状态（/health/ready）和日志写明了原因，比如磁盘已满、数据目录只读、NATS 无法访问。",
	broadcast_ended: "直播已结束：请换一个正在直播的直播间再试。",
} as const satisfies Record<FailureReason, string>;

const captchaHint =
	"直播间本身没有问题。请用同一网络（如果用代理，则通过同一代理）的浏览器打开它的页面，完成滑块验证，然后再试。";

/**
 * What a step has found, and what to do about it. In English as the probe says it.
 * @param failed what failed, where it did
 */
export function probeText(step: ProbeWords, failed: Text | undefined, now: number): { detail: Text; hint?: Text } {
	const { detail, hint, found, failure, pageFailure } = step;
	const chinese = failure ? { detail: failed?.zh ?? detail, hint: hintFor(failure) } : inChinese(found, now);
	if (chinese && pageFailure) {
		chinese.detail += `以上来自 web/enter；直播间的页面出错：${failureText(pageFailure).zh}`;
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
				detail: `正在直播${found.kind ? "（语音直播间）" : ""}：${found.title || "（无标题）"}，房间号 ${found.roomId}。`,
			};
		case "offline":
			return { detail: "直播间存在，未开播。", hint: tryLive };
		case "no_room":
			return { detail: `${found.nickname} 还没有直播间。`, hint: tryLive };
		case "hidden":
			return {
				detail: "这场直播只对主播选定的人可见，当前访客不在其中。",
				hint: "如果你的账号能看到它，请提供该账号的 cookie。",
			};
		case "closed":
			return { detail: "这个账号已注销。", hint: "请检查直播号；主播可能换了新账号。" };
		case "not_found":
			return { detail: "没有这个直播间。", hint: "请检查直播号：它是地址的最后一段。" };
		case "login":
			return loginInChinese(found.login, now);
		case "recent_messages":
			return { detail: `最近的消息 ${found.messages} 条；推送服务器：${found.servers.join("、") || "无"}。` };
		case "first_frame":
			return { detail: `收到 ${found.host} 的数据。` };
		default:
			return found satisfies never;
	}
}

type Login = Extract<ProbeFinding, { is: "login" }>["login"];

function loginInChinese({ status, expiresAt, seenAt }: Login, now: number): { detail: string; hint?: string } {
	const date = expiresAt === undefined ? "" : `${new Date(expiresAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
	const ends = date === "" ? "" : (expiresAt ?? 0) > now ? `，有效期至 ${date}` : `（${date}）`;
	switch (status) {
		case "anonymous":
			return {
				detail: `匿名访客：${giftless}。`,
				hint: "如需要，请在“设置”的“身份”里粘贴已登录浏览器的 cookie。",
			};
		case "expired":
			return {
				detail: `登录已失效${ends}：上游把此会话当作访客；${giftless}。`,
				hint: "请在浏览器中重新登录，再到“设置”的“身份”里粘贴新的 cookie。",
			};
		case "logged_in":
			return { detail: `已登录，${seenAt === undefined ? "依据 cookie；页面没有说明" : "依据页面"}${ends}。` };
		default:
			return status satisfies never;
	}
}
