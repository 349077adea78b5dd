import type { Text } from "./text.ts";

/** The platform's own words, with its number where it gave one. */
const said = (words: string, errNo: number | undefined): string =>
	errNo === undefined ? words : `${words} (err_no ${errNo})`;

/** How the open platform's push of a room does, why, and what now? Sentences. */
export const officialTexts = {
	idle: {
		en: "The open platform's push begins when the room's broadcast does.",
		zh: "开播时，开放平台开始推送。",
	},
	starting: { en: "The open platform is being asked to push.", zh: "正在请求开放平台开始推送。" },
	otherKinds: (kinds: string): Text => ({
		en: `The open platform is asked for ${kinds}, and not for gifts.`,
		zh: `只请求开放平台推送 ${kinds}，没有请求礼物。`,
	}),
	/** @param lookedUp how many of them had failed at first */
	running: (deliveries: number, lookedUp: number): Text => {
		if (deliveries === 0) {
			return {
				en: "All gifts come: the open platform pushes every gift; none was given yet.",
				zh: "礼物全部收到：开放平台推送每一个礼物；至今没有人送礼。",
			};
		}
		const late = {
			en: lookedUp === 0 ? "" : `, ${lookedUp} of them after they had failed at first`,
			zh: lookedUp === 0 ? "" : `，其中 ${lookedUp} 次先失败后查回`,
		};
		return {
			en: `All gifts come: the open platform pushes every gift; ${deliveries} of ${deliveries} deliveries came${late.en}.`,
			zh: `礼物全部收到：开放平台推送每一个礼物；${deliveries} 次推送收到 ${deliveries} 次${late.zh}。`,
		};
	},
	/** @param entries of the deliveries that came */
	unreadable: (deliveries: number, entries: number): Text => ({
		en: `Gifts are missing: ${entries} ${entries === 1 ? "entry" : "entries"} in ${deliveries} deliveries of the open platform can't be read.`,
		zh: `礼物不全：开放平台的 ${deliveries} 次推送中有 ${entries} 条无法读取。`,
	}),
	ended: (deliveries: number): Text => ({
		en: `All gifts of the last broadcast came: the open platform pushed every gift; ${deliveries} of ${deliveries} deliveries came.`,
		zh: `上一场的礼物全部收到：开放平台推送了每一个礼物；${deliveries} 次推送收到 ${deliveries} 次。`,
	}),
	catchingUp: (deliveries: number, missing: number): Text => ({
		en: `${deliveries - missing} of ${deliveries} deliveries of the open platform came; the others are being looked up.`,
		zh: `开放平台的 ${deliveries} 次推送收到 ${deliveries - missing} 次；其余正在查询。`,
	}),
	failing: {
		token: (words: string, errNo: number | undefined): Text => ({
			en: `The open platform gives this app no token: ${said(words, errNo)}.`,
			zh: `开放平台没有给此应用访问凭证：“${said(words, errNo)}”。`,
		}),
		silent: (words: string): Text => ({
			en: `The open platform can't be reached: ${words}.`,
			zh: `无法访问开放平台：“${words}”。`,
		}),
		refused: (words: string, errNo: number | undefined): Text => ({
			en: `The open platform refuses to push: ${said(words, errNo)}.`,
			zh: `开放平台拒绝推送：“${said(words, errNo)}”。`,
		}),
		lookUp: (words: string, errNo: number | undefined): Text => ({
			en: `Failed deliveries can't be looked up: ${said(words, errNo)}.`,
			zh: `无法查询推送失败的数据：“${said(words, errNo)}”。`,
		}),
	},
	why: {
		webCounts: {
			en: "Until it pushes, what the site shows counts, and that may be a part.",
			zh: "在它推送之前，以网站推送的为准，可能只有一部分。",
		},
		mayPush: {
			en: "What it pushed before counts, and what it still pushes; nobody knows whether that is all.",
			zh: "此前推送的和仍在推送的都计入；是否齐全无法得知。",
		},
		lookedUp: { en: "They are looked up every 30 s.", zh: "每 30 秒查询一次。" },
		before: (diamonds: number): Text => ({
			en: `Before the push began gifts worth about ${diamonds} diamonds were given that did not come.`,
			zh: `推送开始之前，约有 ${diamonds} 抖币的礼物没有收到。`,
		}),
	},
	advice: {
		secret: {
			en: "Give the room the app's id and secret anew, as the platform's console shows them. It is tried again every 30 s.",
			zh: "按平台控制台所示，重新为直播间设置应用的 AppID 和 AppSecret。每 30 秒重试一次。",
		},
		reach: {
			en: "See that this machine reaches the open platform. It is tried again every 30 s.",
			zh: "检查本机能否访问开放平台。每 30 秒重试一次。",
		},
		mount: {
			en: "See that the broadcaster has mounted the app in this room, and that it may have its data. It is tried again every 30 s.",
			zh: "确认主播已在此直播间挂载该应用，且应用已开通“数据开放”能力。每 30 秒重试一次。",
		},
		address: (liveId: string): Text => ({
			en: `No delivery has reached this service since it was started: gifts come late, by look-ups. See that the address of the pushes in the console ends with /api/v1/official/${liveId}, and that the platform can reach it.`,
			zh: `服务启动以来没有收到任何推送：礼物靠查询得到，会晚到。检查控制台中的推送地址是否以 /api/v1/official/${liveId} 结尾，且平台能够访问。`,
		}),
		signature: {
			en: "Callbacks were refused for their signature: give the room the secret that the console has for these pushes (callback_secrets).",
			zh: "回调因签名不符被拒绝：为直播间设置控制台中该推送的密钥（callback_secrets）。",
		},
		clock: {
			en: "Callbacks were refused for the time of their signature: set this machine's clock.",
			zh: "回调因签名时间被拒绝：校准本机时钟。",
		},
	},
	evidence: {
		en: "Judged by the open platform: what it sent, and what it says has failed.",
		zh: "依据开放平台：它推送的，以及它所说推送失败的。",
	},
};
