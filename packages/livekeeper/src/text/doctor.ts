import type { Text } from "./text.ts";

/** What the examination of a room says of what the service knows. */
export const doctorTexts = {
	underWay: { en: "An examination is under way.", zh: "诊断正在进行。" },
	waitForIt: { en: "Wait until it has ended, a minute at most.", zh: "请等它结束，最多一分钟。" },
	tooMany: (most: number): Text => ({
		en: `More than ${most} examinations in a minute.`,
		zh: `一分钟内诊断超过 ${most} 次。`,
	}),
	waitFor: (seconds: number): Text => ({
		en: `Each of them visits the upstream, which takes many visits for an attack: wait ${seconds} s.`,
		zh: `每次诊断都会访问上游，访问过多会被当作攻击：请等待 ${seconds} 秒。`,
	}),
	giveIdentity: {
		en: "Give it again under its name, under Identities in Settings.",
		zh: "请在“设置”的“身份”里用原来的名称重新提供。",
	},
	rooms: (rooms: number, connected: number): Text => ({
		en: `${rooms} rooms, ${connected} connected`,
		zh: `${rooms} 个直播间，已连接 ${connected} 个`,
	}),
	syncNotTold: {
		en: "NATS does not tell its nodes whether each write is on the disk before it is acknowledged",
		zh: "NATS 不会告知节点每次写入是否先落盘再确认",
	},
	howToSeeSync: {
		en: 'On each NATS server, curl -s http://127.0.0.1:8222/varz has to show "sync_always": true. Else set sync_interval: always: a loss of power of two servers can take what was stored in the last 2 minutes.',
		zh: '请在每台 NATS 服务器上运行 curl -s http://127.0.0.1:8222/varz，其中应有 "sync_always": true。没有就设置 sync_interval: always，否则两台同时断电可能丢失最近 2 分钟已存储的消息。',
	},
	upstream: (url: string, { en, zh }: Text): Text => ({ en: `${url}, ${en}`, zh: `${url}，${zh}` }),
	notKept: (room: string): Text => ({
		en: `${room} is not kept; it is tried all the same`,
		zh: `${room} 没有启动；仍然测试`,
	}),
	/** @param why left out where there is nothing to say */
	roomIs: (room: string, state: Text, why: Text | undefined): Text => ({
		en: `${room} is ${state.en}${why ? `: ${why.en}` : ""}`,
		zh: `${room} ${state.zh}${why ? `：${why.zh}` : ""}`,
	}),
	runsAt: (url: string): Text => ({ en: `runs at ${url}: `, zh: `运行于 ${url}：` }),
	fromHere: (why: Text): Text => ({ en: `${why.en}: tried from here`, zh: `${why.zh}：改为从这里测试` }),
	brokeOff: (url: string): Text => ({
		en: `The service at ${url} broke off before the end`,
		zh: `${url} 上的服务在结束前中断了应答`,
	}),
	more: {
		en: `
A running service does the examination itself: from where it is, at the upstream it uses, as whom the room goes. Where none
runs, or a flag says how to reach the upstream (--upstream-url, --cookie, --proxy …), it is done from here.`,
		zh: `
正在运行的服务会自己诊断：从它所在之处，用它的上游和直播间的身份。没有服务在运行，或命令行写明如何访问上游
（--upstream-url、--cookie、--proxy 等）时，从这里诊断。`,
	},
};
