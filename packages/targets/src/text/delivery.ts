import type { Text } from "@livekeeper/base/text";
import { messageTexts, targetTexts } from "./catalogue.ts";

/** Meaning of each code of a failed delivery. */
const deliveryNames = {
	http_status: "接收方没有接受",
	network: "连接失败",
	dns: "域名无法解析",
	tls: "TLS 连接失败",
	timeout: "没有及时应答",
	flooded: "接收方发来的数据远超应答所需，连接已断开",
	redirect_refused: "地址会跳转，没有跟过去",
	address_not_allowed: "地址为私有或保留地址，不允许推送",
	events_expired: "事件日志中已没有这些消息",
} as const satisfies Record<string, string>;

const { failureHints, refusals } = messageTexts;

interface FailedDelivery {
	code: keyof typeof deliveryNames | keyof typeof refusals;
	message: string;
	/** The receiver's status, if it answered. */
	status?: number;
}

/** Returns why a delivery failed; the store keeps the code, the status and the message in English. */
export function deliveryText({ code, message, status }: FailedDelivery): Text {
	if (code in refusals) return refusalText(code as keyof typeof refusals, message);
	const name = deliveryNames[code as keyof typeof deliveryNames];
	const hint = failureHints[hintOf(code as keyof typeof deliveryNames, status)];
	return { en: `${message} ${hint.en}`, zh: `${status === undefined ? name : `接收方应答 ${status}`}。${hint.zh}` };
}

/** RE2's errors in a pattern. */
const patternFaults: ReadonlyMap<string, string> = new Map([
	["unexpected )", "多了右括号 )"],
	["missing closing )", "缺少右括号 )"],
	["missing closing ]", "缺少右方括号 ]"],
	["invalid character class range", "字符范围无效"],
	["invalid character class", "字符类无效"],
	["missing argument to repetition operator", "重复符号前没有内容"],
	["invalid nested repetition operator", "重复符号连用"],
	["invalid repeat count", "重复次数无效"],
	["invalid escape sequence", "转义无效"],
	["invalid or unsupported Perl syntax", "不支持的写法"],
	["invalid named capture", "命名分组无效"],
	["pattern too large, with its counts written out", "展开重复次数后太大"],
	["trailing backslash at end of expression", "末尾多了反斜杠"],
]);

/** @param part of the pattern with the fault */
export function patternText(pattern: string, fault: string, part: string): Text {
	const from = pattern.indexOf(part);
	const isPlaced = part !== "" && part !== pattern && from >= 0;
	const at = isPlaced ? { n: Array.from(pattern.slice(0, from)).length + 1, part } : undefined;
	return targetTexts.pattern({ en: fault, zh: patternFaults.get(fault) ?? fault }, at);
}

function hintOf(code: keyof typeof deliveryNames, status = 0): keyof typeof failureHints {
	if (code !== "http_status") return code;
	return status >= 400 && status < 500 ? "refused" : "broken";
}

/** @param words the receiver's own */
function refusalText(code: keyof typeof refusals, words: string): Text {
	const { name, hint } = refusals[code];
	return {
		en: `${name.en}${words && ` (${words})`}. ${hint.en}`,
		zh: `${name.zh}${words && `（${words}）`}。${hint.zh}`,
	};
}
