/** Language of the texts of the service and of the client's own errors. */
export type Language = "en" | "zh";

/** Texts of requests that fail here, not at the service. */
export interface RequestTexts {
	brokeOff: string;
	noAnswer(origin: string, seconds: number): string;
	notJson: string;
	notOurs: string;
	status(status: number): string;
	unreachable(origin: string): string;
	unreachableHint: string;
}

export const requestTexts: Record<Language, RequestTexts> = {
	en: {
		brokeOff: "The answer broke off.",
		noAnswer: (origin, seconds) => `${origin} did not answer within ${seconds} s.`,
		notJson: "The answer is not JSON: is this URL livekeeper's?",
		notOurs: "The answer is not livekeeper's: is this the right URL?",
		status: (status) => `The service answered with HTTP ${status}.`,
		unreachable: (origin) => `${origin} can't be reached.`,
		unreachableHint: "Start livekeeper, or check its address; from a web page, also check cors_origins.",
	},
	zh: {
		brokeOff: "应答中途断开。",
		noAnswer: (origin, seconds) => `${origin} 在 ${seconds} 秒内没有应答。`,
		notJson: "应答不是 JSON：这个地址是 livekeeper 的吗？",
		notOurs: "应答不是 livekeeper 的：这个地址对吗？",
		status: (status) => `服务应答 HTTP ${status}。`,
		unreachable: (origin) => `无法连接 ${origin}。`,
		unreachableHint: "请启动 livekeeper，或检查它的地址；如果来自网页，还要检查 cors_origins（白名单）。",
	},
};
