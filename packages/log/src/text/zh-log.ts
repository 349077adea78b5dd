import type { LogLines } from "@livekeeper/base/text";
import { faultNames } from "@livekeeper/base/text/zh";
import { jumpText } from "./zh.ts";

/** Lines of the Chinese log, by `event`, made of the entry's fields. */
export const chineseLines: LogLines["zh"] = {
	log_listener_failed: "【!】处理事件日志的消息时出错",
	clock_note_unreadable: "【!】系统时钟的记录无法读取：时钟平稳运行一段时间后才会按时间删除消息",
	clock_believed: "【√】系统时钟已平稳运行足够久：恢复按时间删除消息",
	clock_jumped: ({ jumped_ms }) =>
		`【!】系统时钟突然${jumpText(Number(jumped_ms))}：平稳运行一段时间后才会按时间删除消息`,
	sync_not_known:
		"NATS 不会告知每次写入是否先落盘再确认：请确认各服务器设置了 sync_interval: always（livekeeper doctor 说明如何查看）",
	storage_recovered: "【√】事件日志恢复写入",
	storage_failing: ({ fault }) => `【!】事件日志无法写入（${faultNames[fault as keyof typeof faultNames]}）`,
	nats_refused: "【!】NATS 不再接受本节点，将重试",
	nats_not_ready: "【!】NATS 的 JetStream 尚未就绪，等待后重试",
	replicas_kept: ({ replicas, asked }) =>
		`【!】集群的数据由 ${replicas} 台 NATS 服务器保存，本节点的 cluster_replicas 为 ${asked}：保持 ${replicas} 台`,
	room_fenced: ({ live_id }) => `直播间 ${live_id} 已由另一节点接管`,
	stream_lost: ({ stream, found }) =>
		`【!】NATS 中的 ${stream} ${found === "missing" ? "不见了" : found === "younger" ? "被重新创建" : "变短了"}：其中存储的内容已丢失`,
	database_not_closed: "【!】事件数据库未能正常关闭",
	upkeep_failed: "【!】事件数据库维护失败，将重试",
	replica_corrupt: ({ live_id, seq }) =>
		`【!】一台 NATS 服务器给出的直播间 ${live_id} 的消息（第 ${seq} 条起）已损坏，另一台的完好：请找出磁盘出错的那台服务器，换一台没有数据的`,
	event_corrupt: ({ live_id, seq, events, err }) => {
		if (err) return `【!】直播间 ${live_id} 有消息在磁盘上已损坏，暂时无法标记为缺失，将重试`;
		const which = Number(events) > 1 ? `第 ${seq} 到 ${Number(seq) + Number(events) - 1} 条` : `第 ${seq} 条`;
		return `【!】直播间 ${live_id} 的${which}消息在磁盘上已损坏：已标记为缺失，其余消息不受影响`;
	},
	event_not_counted: ({ live_id, seq }) => `【!】直播间 ${live_id} 的第 ${seq} 条消息无法计入统计，已跳过`,
	sums_corrupt: ({ live_id }) => `【!】直播间 ${live_id} 的部分统计已损坏，正在根据消息重新计算`,
	index_repaired: "【!】事件数据库的索引已损坏，已重建：消息都还在，请检查磁盘",
	permissions_tightened: ({ path, mode }) =>
		`【!】${path} 的权限过宽（${mode}），其他用户可以访问：已收紧为仅本用户可用`,
	permissions_loose: ({ path, mode }) =>
		`【!】${path} 的权限过宽（${mode}），其他用户可以访问，而本用户无权修改：请收紧`,
};
