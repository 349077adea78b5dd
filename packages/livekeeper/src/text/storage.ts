import type { Text } from "./text.ts";

/** What keeps the event log from writing. */
export const faultNames = {
	disk_full: { en: "disk full", zh: "磁盘已满" },
	corrupt: { en: "database damaged", zh: "数据库已损坏" },
	lost: { en: "database file gone", zh: "数据库文件丢失" },
	locked: { en: "locked by another program", zh: "被其他程序锁定" },
	read_only: { en: "read-only", zh: "只读" },
	io: { en: "read or write error", zh: "读写出错" },
	unreachable: { en: "NATS out of reach", zh: "NATS 无法访问" },
	internal: { en: "internal error", zh: "内部错误" },
} as const satisfies Record<string, Text>;

/** Why the service is not ready for work. @param why in words, where they are known */
export const readyTexts = {
	starting: { en: "starting", zh: "正在启动" },
	stopping: { en: "stopping", zh: "正在停止" },
	storage: (fault: keyof typeof faultNames, why: Text | undefined): Text => ({
		en: `storage: ${fault}${why ? ` (${why.en})` : ""}`,
		zh: `存储：${faultNames[fault].zh}${why ? `（${why.zh}）` : ""}`,
	}),
};

/** What the small databases hold. */
const contents = {
	registry: { en: "rooms, identities and overlay tokens", zh: "直播间、身份和叠加层令牌" },
	webhooks: { en: "webhooks", zh: " webhook " },
} as const satisfies Record<string, Text>;

/** What is said of storage, exports, backups and the start of the service. */
export const storageTexts = {
	closed: { en: "The event log is closed.", zh: "事件日志已关闭。" },
	notOpen: { en: "The event log's database is not open.", zh: "事件日志的数据库没有打开。" },
	failed: ({ en, zh }: Text): Text => ({ en: `The event log failed: ${en}`, zh: `事件日志出错：${zh}` }),
	lostAtEnd: (events: number): Text => ({
		en: `${events} events could not be stored before the event log closed.`,
		zh: `事件日志关闭前有 ${events} 条消息未能存储。`,
	}),
	folderInUse: (folder: string): Text => ({
		en: `Another process uses the data folder ${folder}.`,
		zh: `数据目录 ${folder} 正被另一个进程使用。`,
	}),
	folderUnusable: (folder: string, words: string): Text => ({
		en: `The data folder ${folder} can't be used: ${words}`,
		zh: `数据目录 ${folder} 无法使用：${words}`,
	}),
	fileUnusable: (path: string, words: string): Text => ({
		en: `${path} can't be used: ${words}`,
		zh: `${path} 无法使用：${words}`,
	}),
	notAKey: (path: string): Text => ({
		en: `${path} does not hold a key of 32 bytes.`,
		zh: `${path} 中不是 32 字节的密钥。`,
	}),
	unreadable: (path: string): Text => ({ en: `${path} can't be read.`, zh: `${path} 无法读取。` }),
	unwritable: (path: string): Text => ({ en: `${path} can't be written.`, zh: `${path} 无法写入。` }),
	threadFailed: (words: string): Text => ({
		en: `The event log's thread failed: ${words}`,
		zh: `事件日志的线程出错：${words}`,
	}),
	threadExited: (code: number): Text => ({
		en: `The event log's thread exited with code ${code}.`,
		zh: `事件日志的线程已退出，代码 ${code}。`,
	}),
	threadEnded: { en: "The event log's thread was ended.", zh: "事件日志的线程已被结束。" },
	/** What became of a database while it was open. */
	notWhole: {
		file: (path: string): Text => ({
			en: `${path} was removed or replaced while the service ran: put it back, or restart the service to begin a new log.`,
			zh: `${path} 在运行中被删除或替换：请放回原处，或重启服务以开始新的日志。`,
		}),
		wal: (path: string): Text => ({ en: `${path} has lost its WAL.`, zh: `${path} 的 WAL 文件丢失。` }),
		damaged: (path: string): Text => ({ en: `${path} has been written over.`, zh: `${path} 已被改写。` }),
	},
	foreign: (path: string): Text => ({
		en: `${path} is a database, but not one of livekeeper.`,
		zh: `${path} 是数据库，但不是 livekeeper 的。`,
	}),
	otherVersion: (path: string, version: number, own: number): Text => ({
		en: `${path} has schema version ${version}; this livekeeper reads and writes version ${own} alone.`,
		zh: `${path} 的结构版本为 ${version}；此 livekeeper 只能读写版本 ${own}。`,
	}),
	diskFull: ({ en, zh }: Text): Text => ({ en: `The disk is full: ${en}`, zh: `磁盘已满：${zh}` }),
	backupSpace: (neededMb: number, freeMb: number): Text => ({
		en: `A backup takes ${neededMb} MB in the data folder for a while, and ${freeMb} MB are free.`,
		zh: `备份期间数据目录需要 ${neededMb} MB，目前剩余 ${freeMb} MB。`,
	}),
	backupRunning: { en: "A backup is being made.", zh: "正在备份。" },
	exportLimit: (limit: number): Text => ({
		en: `${limit} exports are running already.`,
		zh: `已有 ${limit} 个导出正在进行。`,
	}),
	stopping: { en: "The service is stopping.", zh: "服务正在停止。" },
	parquetFailed: (words: string): Text => ({
		en: `The Parquet file could not be made: ${words}`,
		zh: `无法生成 Parquet 文件：${words}`,
	}),
	overtaken: (room: string, from: number, to: number): Text => ({
		en: `Events ${from} to ${to} of room ${room} were deleted by retention while the export was reading them.`,
		zh: `导出读取期间，直播间 ${room} 的第 ${from} 到 ${to} 条消息已按保留期限删除。`,
	}),
	noDuckDb: {
		en: "Parquet needs DuckDB, which is not installed or does not load.",
		zh: "Parquet 需要 DuckDB，而它没有安装或无法加载。",
	},
	noDuckDbHint: (command: string): Text => ({
		en: `Install it where livekeeper is installed (${command}), or export as csv or jsonl.`,
		zh: `请在安装 livekeeper 的位置安装它（${command}），或导出为 csv、jsonl。`,
	}),
	portInUse: (port: number, host: string): Text => ({
		en: `Port ${port} of ${host} is in use by another program`,
		zh: `${host} 的端口 ${port} 已被其他程序占用`,
	}),
	cannotListen: (host: string, port: number, code: string): Text => ({
		en: `Can't listen on ${host}, port ${port} (${code})`,
		zh: `无法监听 ${host} 的端口 ${port}（${code}）`,
	}),
	/** A warning of `/health/ready`. @param what of NATS @param since when it was last whole, where that is known */
	streamLost: (what: string, at: string, since: string | undefined): Text => ({
		en: `memory lost: what NATS kept in ${what} was found gone at ${at}${since ? `, and was there at ${since}` : ""}`,
		zh: `数据丢失：${at} 发现 NATS 的 ${what} 中存储的内容已不存在${since ? `（${since} 时还在）` : ""}`,
	}),
	/** A warning of `/health/ready`. @param path where the damaged one lies */
	setAside: (path: string): Text => ({
		en: `storage: a database was damaged and is kept as ${path}; what could be had of it was restored: look through rooms, identities and webhooks, and check the disk`,
		zh: `存储：有数据库损坏，已改名保留为 ${path}；能恢复的已恢复，请核对直播间、身份和 webhook，并检查磁盘`,
	}),
	/** A warning of `/health/ready`. @param aside where the damaged one lies */
	restored: (name: keyof typeof contents, aside: string): Text => ({
		en: `storage: ${name}.db was damaged and is kept as ${aside}; its last good copy has taken its place: look through ${contents[name].en}, and check the disk`,
		zh: `存储：${name}.db 损坏，已改名保留为 ${aside}，并由最近一次的完好副本恢复；请核对${contents[name].zh}，并检查磁盘`,
	}),
	/** A warning of `/health/ready`. */
	missing: (name: keyof typeof contents): Text => ({
		en: `storage: ${name}.db was missing; its last good copy has taken its place: look through ${contents[name].en}`,
		zh: `存储：${name}.db 不见了，已由最近一次的完好副本恢复；请核对${contents[name].zh}`,
	}),
	/** A warning of `/health/ready`. */
	gone: (name: keyof typeof contents): Text => ({
		en: `storage: ${name}.db and its last good copy were missing: add ${contents[name].en} again`,
		zh: `存储：${name}.db 和它的完好副本都不见了：请重新添加${contents[name].zh}`,
	}),
	/** A warning of `/health/ready`. */
	logMissing: (path: string): Text => ({
		en: `storage: ${path} was missing: a new log was begun, and earlier messages are gone`,
		zh: `存储：${path} 不见了：已开始新的日志，之前的消息已丢失`,
	}),
	/** A warning of `/health/ready`. @param events in whose place there is a gap */
	damaged: (events: number, rooms: readonly string[]): Text => {
		const few = rooms.slice(0, 5);
		const more = rooms.length > few.length;
		const en = `${few.join(", ")}${more ? ` and ${rooms.length - few.length} more` : ""}`;
		const zh = `${few.join("、")}${more ? ` 等 ${rooms.length} 个` : ""}`;
		return {
			en: `storage: something stored of room ${en} is damaged (messages replaced by a gap: ${events}); check the disk`,
			zh: `存储：直播间 ${zh}有数据已损坏（${events} 条消息已改为 gap），请检查磁盘`,
		};
	},
	/** A warning of `/health/ready`. */
	clockJumped: (jumpedMs: number, until: string): Text => {
		const { en, zh } = jumpText(jumpedMs);
		return {
			en: `clock: it went ${en} at once; nothing is deleted by age until ${until}`,
			zh: `时钟：突然${zh}；在 ${until} 之前不按时间删除`,
		};
	},
};

/** `3 days ahead`, `向前跳了 3 天`. */
export function jumpText(jumpedMs: number): Text {
	const hours = Math.abs(jumpedMs) / 3_600_000;
	const [count, en, zh] =
		hours >= 48 ? [hours / 24, "days", "天"] : hours >= 2 ? [hours, "hours", "小时"] : [hours * 60, "minutes", "分钟"];
	const whole = Math.round(count);
	const ahead = jumpedMs > 0;
	return { en: `${whole} ${en} ${ahead ? "ahead" : "back"}`, zh: `${ahead ? "向前" : "向后"}跳了 ${whole} ${zh}` };
}
