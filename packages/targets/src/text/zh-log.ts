import type { LogLines } from "@livekeeper/base/text";
import { seconds } from "@livekeeper/base/text/log-lines";

/** Lines of the Chinese log, by `event`, made of the entry's fields. */
export const chineseLines: LogLines["zh"] = {
	target_unreadable: "【!】推送目标的地址和密钥无法解密，请重新填写",
	target_missed: ({ live_id, from, to, reason }) =>
		reason === "reset"
			? `【!】直播间 ${live_id} 的日志可能丢失了消息，推送目标从序号 ${to} 之后继续`
			: `【!】直播间 ${live_id} 序号 ${from} 到 ${to} 的消息在推送之前已按保留期限删除`,
	target_resumed: "【√】已暂停的推送目标恢复发送",
	target_changes_failed: ({ retry_ms }) => `【!】推送目标的变更暂时读不到，${seconds(retry_ms)} 秒后再试`,
	target_delivers: "【√】推送目标恢复发送该直播间的消息",
	target_failed: ({ why }) => `【!】推送目标发送失败：${why}`,
	target_dead_letter: ({ attempts, why }) => `【!】推送目标的一批消息发送 ${attempts} 次都没成功，不再自动重试：${why}`,
	target_position_taken: ({ retry_ms }) =>
		`【!】推送目标在该直播间的位置已由其他节点写入，${seconds(retry_ms)} 秒后从那里继续`,
	target_storage_failed: ({ retry_ms }) => `【!】存储出错，推送目标等待 ${seconds(retry_ms)} 秒后再试`,
	target_paused: ({ failures }) => `【!】推送目标已暂停：连续 ${failures} 次发送失败`,
};
