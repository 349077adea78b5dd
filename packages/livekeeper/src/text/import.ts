import type { Text } from "./text.ts";

const listed = (names: readonly string[], most = 10) =>
	names.slice(0, most).join(", ") + (names.length > most ? ", …" : "");

/** What is said of moving one machine's data into a cluster. */
export const importTexts = {
	noCluster: {
		en: "Name the NATS servers of the cluster to import into: --cluster nats://host:port",
		zh: "请指定要导入的集群的 NATS 服务器：--cluster nats://host:port",
	},
	noDatabase: (path: string): Text => ({
		en: `There is no database of livekeeper at ${path}.`,
		zh: `${path} 没有 livekeeper 的数据库。`,
	}),
	damaged: (path: string): Text => ({
		en: `The database ${path} is damaged, or lacks its newest part.`,
		zh: `数据库 ${path} 已损坏，或缺少最新的部分。`,
	}),
	otherLog: (liveIds: readonly string[]): Text => ({
		en: `The cluster has another log of ${liveIds.length} of these rooms already: ${listed(liveIds)}`,
		zh: `集群中已有其中 ${liveIds.length} 个直播间的另一份日志：${listed(liveIds)}`,
	}),
	wentOn: (events: number): Text => ({
		en: `It was imported before, and the cluster's numbers have gone on from there. Messages that the one machine has stored since: ${events}`,
		zh: `此前已导入过，集群的序号已从那里继续。单机之后又存的消息：${events} 条`,
	}),
	sealed: (what: readonly string[]): Text => ({
		en: `The secrets of ${what.length} can be read neither with secret.key beside the database nor with the cluster's secret: ${listed(what)}`,
		zh: `有 ${what.length} 项的密文用数据库旁的 secret.key 和集群的 secret 都无法解密：${listed(what)}`,
	}),
	sealedHint: {
		en: "Put the secret.key that belongs to it beside the database; or remove these where they are, and give them again in the cluster.",
		zh: "请把对应的 secret.key 放到数据库旁；或在原处移除这些内容，之后在集群中重新提供。",
	},
	reading: (path: string): Text => ({ en: `Reading ${path}`, zh: `正在读取 ${path}` }),
	room: (done: number, all: number, liveId: string, events: number): Text => ({
		en: `${done} of ${all}: room ${liveId}, ${events} messages`,
		zh: `${done}/${all}：直播间 ${liveId}，${events} 条消息`,
	}),
	before: (at: string): Text => ({
		en: `All of it was imported before, at ${at}. Nothing was changed.`,
		zh: `已于 ${at} 全部导入，没有更改任何内容。`,
	}),
	logs: (rooms: number, events: number): Text => ({
		en: `Logs of ${rooms} rooms, with ${events} messages written now`,
		zh: `${rooms} 个直播间的日志，本次写入 ${events} 条消息`,
	}),
	kinds: {
		wanted: { en: "rooms to keep", zh: "要保持连接的直播间" },
		identities: { en: "identities", zh: "身份" },
		overlayTokens: { en: "overlay tokens", zh: "叠加层令牌" },
		webhooks: { en: "webhooks", zh: "webhook" },
	},
	moved: (what: Text, added: number, there: number): Text => ({
		en: `${added} ${what.en}${there > 0 ? `; ${there} more were in the cluster already and stay as they are` : ""}`,
		zh: `${added} 个${what.zh}${there > 0 ? `；另有 ${there} 个集群中已有，保持不变` : ""}`,
	}),
	done: {
		en: "Done. Start the nodes of the cluster; do not start the service on one machine with this data again.",
		zh: "完成。请启动集群的节点；不要再用这份数据启动单机服务。",
	},
};
