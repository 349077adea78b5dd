import type { Text } from "@livekeeper/base/text";
import type { Logger } from "pino";
import type { Loose } from "../../data-folder.ts";
import { storageTexts } from "../../text/index.ts";

/** A problem with the data folder's files, reported once. */
export interface Finding {
	found: keyof typeof findingWords;
	/** Path of the file, or the path to which it was renamed. */
	path: string;
	/** Number of lost events, if known. */
	events?: number;
}

/** Log lines for each finding, for people. */
export const findingWords = {
	corrupt: "【!】事件数据库已损坏：旧文件已改名保留，已开始新的日志",
	salvaged: "【!】事件数据库已损坏：旧文件已改名保留，能读出的内容已移到新文件，读不出的消息记为缺失，统计会重新计算",
	corrected: "【!】事件数据库的数据有损坏：受影响的内容已尽量复原，请检查磁盘和内存",
	repaired: "【!】事件数据库里有直播间的记录已损坏：已根据消息重建，这些直播间会从当前时刻继续，请检查磁盘",
	incomplete: "【!】事件数据库的 WAL 文件 livekeeper.db-wal 被删除，最近的消息已丢失：旧文件已改名保留，已开始新的日志",
	lost: "【!】事件数据库 livekeeper.db 不见了：已开始新的日志，各直播间会记下一处缺失",
	cut: "【!】断电或系统崩溃让事件数据库 livekeeper.db 丢失了最新的一部分消息：各直播间从上次的位置继续，序号会跳过一段",
	older: "【!】事件数据库 livekeeper.db 比上次运行时旧（恢复了备份？）：之后的消息已不在，序号会跳过一段",
	replaced: "【!】事件数据库 livekeeper.db 已换成另一份（恢复了备份？）：从它继续，序号会跳过一段",
	wal_removed: "【!】事件数据库的 WAL 文件 livekeeper.db-wal 在运行中被删除：已存的消息都已保住",
	restored: "【√】已从备份恢复：直播间、账号、推送目标和消息都回到备份时的样子",
	restored_partly:
		"【!】已从备份恢复消息，但数据目录里原有的 registry.db、targets.db 或 secret.key 没有被替换：要全部恢复，请放进空的目录",
	registry_corrupt: "【!】registry.db 已损坏：已改名保留，能读出的直播间、账号和叠加层令牌已恢复，请检查",
	registry_restored:
		"【!】registry.db 已损坏：已改名保留，并从最近一次的完好副本 registry.db.last-good 恢复，请检查磁盘",
	registry_missing: "【!】registry.db 不见了：已从最近一次的完好副本 registry.db.last-good 恢复",
	registry_lost: "【!】registry.db 不见了：要保持连接的直播间、账号和叠加层令牌已丢失，请重新添加",
	registry_removed: "【!】registry.db 在运行中被删除或替换：已重新写回",
	targets_corrupt: "【!】targets.db 已损坏：已改名保留，并新建了一个空的，请重新添加推送目标",
	targets_restored: "【!】targets.db 已损坏：已改名保留，并从最近一次的完好副本 targets.db.last-good 恢复，请检查磁盘",
	targets_missing: "【!】targets.db 不见了：已从最近一次的完好副本 targets.db.last-good 恢复",
	targets_lost: "【!】targets.db 不见了：推送目标已丢失，请重新添加",
	targets_removed: "【!】targets.db 在运行中被删除或替换：已重新写回",
} as const satisfies Record<string, string>;

/** Returns the warning to show while the service runs; `undefined`: none. */
export function warningOf({ found, path, events = 0 }: Finding): Text | undefined {
	switch (found) {
		case "salvaged":
		case "corrupt":
		case "incomplete":
		case "registry_corrupt":
		case "targets_corrupt":
			return storageTexts.setAside(path);
		case "corrected":
			return storageTexts.corrected(path);
		case "repaired":
			return storageTexts.repaired(path);
		case "lost":
			return storageTexts.logMissing(path);
		case "cut":
			return storageTexts.cutOff(events);
		case "registry_restored":
			return storageTexts.restored("registry", path);
		case "registry_missing":
			return storageTexts.missing("registry");
		case "registry_lost":
			return storageTexts.gone("registry");
		case "targets_restored":
			return storageTexts.restored("targets", path);
		case "targets_missing":
			return storageTexts.missing("targets");
		case "targets_lost":
			return storageTexts.gone("targets");
		default:
			return undefined;
	}
}

/** Reports that other users of the machine could use something in the data folder, or still can. */
export function logLoose({ path, mode, tightened }: Loose, logger: Pick<Logger, "warn" | "error">): void {
	if (tightened) logger.warn({ event: "permissions_tightened", path, mode });
	else logger.error({ event: "permissions_loose", path, mode });
}
