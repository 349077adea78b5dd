import type { Text } from "./text.ts";

/** The table of nodes. */
export const nodeTexts = {
	head: [
		{ en: "Node", zh: "节点" },
		{ en: "State", zh: "状态" },
		{ en: "Rooms", zh: "直播间" },
		{ en: "Weight", zh: "权重" },
		{ en: "Started", zh: "启动于" },
		{ en: "Version", zh: "版本" },
		{ en: "Listens at", zh: "监听地址" },
	],
	works: { en: "works", zh: "运行中" },
	draining: { en: "draining", zh: "正在交出直播间" },
	cutOff: (self: boolean): Text =>
		self ? { en: "cut off from NATS", zh: "与 NATS 断开" } : { en: "not known", zh: "未知" },
	unheard: (seconds: number): Text => ({
		en: `NATS has not heard this node for ${seconds} s: what it knows of the others is old. Look at the NATS servers, or ask another node with --url.`,
		zh: `NATS 已有 ${seconds} 秒没有收到本节点的消息，它所知的其他节点已过时。请检查 NATS 服务器，或用 --url 询问其他节点。`,
	}),
	alone: {
		en: "This service is no node of a cluster.",
		zh: "本服务不属于任何集群。",
	},
} as const satisfies Record<string, Text | readonly Text[] | ((value: never) => Text)>;

/** What is said of NATS, and of what is kept there. */
export const clusterTexts = {
	unreachable: (servers: string, words: string): Text => ({
		en: `No NATS server answers at ${servers}: ${words}`,
		zh: `${servers} 没有 NATS 服务器应答：${words}`,
	}),
	refused: (servers: string, words: string): Text => ({
		en: `NATS at ${servers} and this node do not accept each other: ${words}`,
		zh: `${servers} 的 NATS 与本节点互不接受：${words}`,
	}),
	fileUnreadable: (option: string, path: string, words: string): Text => ({
		en: `The file that ${option} names, ${path}, can't be read: ${words}`,
		zh: `无法读取 ${option} 指定的文件 ${path}：${words}`,
	}),
	fileUnreadableHint: (option: string): Text => ({
		en: `Correct ${option}, or let the service read the file.`,
		zh: `请改正 ${option}，或让服务能够读取该文件。`,
	}),
	tooOld: (server: string, version: string, least: string): Text => ({
		en: `The NATS server ${server} is version ${version}; ${least} or later is needed.`,
		zh: `NATS 服务器 ${server} 的版本为 ${version}，需要 ${least} 或更高版本。`,
	}),
	noJetStream: (server: string): Text => ({
		en: `The NATS server ${server} has no JetStream, or this account may not use it.`,
		zh: `NATS 服务器 ${server} 没有启用 JetStream，或此账号无权使用。`,
	}),
	notMade: (what: string, words: string): Text => ({
		en: `${what} could not be made: ${words}`,
		zh: `无法创建 ${what}：${words}`,
	}),
	startsOn: (node: string): Text => ({
		en: `Node ${node} is about to connect it.`,
		zh: `节点 ${node} 即将连接。`,
	}),
	noNode: {
		en: "No node of the cluster takes rooms at the moment.",
		zh: "集群中目前没有可承担直播间的节点。",
	},
	nodeSilent: (node: string): Text => ({
		en: `Node ${node}, which keeps the room, does not answer.`,
		zh: `负责该直播间的节点 ${node} 没有应答。`,
	}),
	takesOver: {
		en: "The room is being taken over by another node.",
		zh: "该直播间正在由另一个节点接管。",
	},
	secretNeeded: {
		en: "A cluster needs a secret that all of its nodes share: what is stored is sealed with it.",
		zh: "集群的所有节点需要共用一个 secret，存储的内容用它加密。",
	},
	nodeUnheard: (node: string, seconds: number): Text => ({
		en: `Node ${node}, which keeps the room, has not been heard of for ${seconds} s: this is what it said then`,
		zh: `负责该直播间的节点 ${node} 已有 ${seconds} 秒没有消息，这里是它当时的状态`,
	}),
	/** Why a node is not ready. */
	replaced: (node: string): Text => ({
		en: `cluster: another process runs under this node's name, ${node}`,
		zh: `集群：另一个进程以本节点的名称 ${node} 运行`,
	}),
	/** Why a node is not ready. */
	cutOff: (seconds: number): Text => ({
		en: `cluster: NATS has not heard this node for ${seconds} s`,
		zh: `集群：NATS 已有 ${seconds} 秒没有收到本节点的消息`,
	}),
	cannotKeep: ({ en, zh }: Text): Text => ({
		en: `Nothing of the room could be stored at the moment (${en}), so it was not started.`,
		zh: `目前无法存储该直播间的内容（${zh}），因此没有启动。`,
	}),
	secretDiffers: {
		en: "This node's secret is not the one that the cluster's data is sealed with.",
		zh: "本节点的 secret 与加密集群数据所用的不同。",
	},
	backup: {
		en: "In a cluster the data lies in NATS: back it up there, with `nats account backup`.",
		zh: "集群的数据存放在 NATS 中：请在那里用 `nats account backup` 备份。",
	},
	backupHint: {
		en: "The manual's chapter on clusters says how to back up and restore one.",
		zh: "怎样备份和恢复集群，见使用手册的“集群”一章。",
	},
	eventTooLarge: (id: string, characters: number): Text => ({
		en: `Event ${id} has ${characters} characters: more than a NATS message takes.`,
		zh: `消息 ${id} 有 ${characters} 个字符，超过一条 NATS 消息的上限。`,
	}),
};
