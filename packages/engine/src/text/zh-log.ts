import type { LogLines } from "@livekeeper/base/text";
import { timeOf } from "@livekeeper/base/text/local-time";
import { lookupTexts } from "@livekeeper/base/text/zh";

const wayNames: Readonly<Record<string, string>> = lookupTexts.ways;

/** Returns the name of a network exit: a proxy's host and port, or `direct`. */
const exitName = (exit: unknown) => (exit === "direct" ? lookupTexts.direct : lookupTexts.proxy(String(exit)));

/** Lines of the Chinese log, by `event`, made of the entry's fields. */
export const chineseLines: LogLines["zh"] = {
	listener_failed: "【!】处理直播间状态时出错",
	way_refused: ({ exit, way, until }) =>
		`【!】抖音拒绝了${exitName(exit)}的查询（${wayNames[String(way)] ?? way}），${timeOf(Date.parse(String(until)), "zh")} 再试`,
	way_works_again: ({ exit, way }) => `【√】${exitName(exit)}的查询（${wayNames[String(way)] ?? way}）已恢复`,
	look_listener_failed: "【!】处理直播间的查询结果时出错",
	many_rooms_watched: ({ rooms, minutes }) =>
		`【!】等待开播的直播间有 ${rooms} 个，抖音允许的查询次数不够：每个直播间最长 ${minutes} 分钟才单独查询一次；增加代理或账号可以缩短`,
	watching_unreadable: "【!】直播间的查询记录无法读取，将重新查询",
};
