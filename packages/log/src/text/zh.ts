import type * as en from "./en.ts";

const contents = {
	registry: "直播间、账号和叠加层令牌",
	targets: "推送目标",
};

export const storageTexts: typeof en.storageTexts = {
	closed: "事件日志已关闭。",
	notOpen: "事件日志的数据库没有打开。",
	failed: (words) => `事件日志出错：${words}`,
	stalled: "超过 5 秒没能存下任何消息，也没有报错：磁盘（或 NATS）卡住了，或者太忙。消息暂存在内存里。",
	lostAtEnd: (events) => `事件日志关闭前有 ${events} 条消息未能存储。`,
	folderInUse: (folder) => `数据目录 ${folder} 正被另一个进程使用。`,
	folderUnusable: (folder, words) => `数据目录 ${folder} 无法使用：${words}`,
	fileUnusable: (path, words) => `${path} 无法使用：${words}`,
	notAKey: (path) => `${path} 中不是 32 字节的密钥。`,
	unreadable: (path) => `${path} 无法读取。`,
	unwritable: (path) => `${path} 无法写入。`,
	threadFailed: (words) => `事件日志的线程出错：${words}`,
	threadExited: (code) => `事件日志的线程已退出，代码 ${code}。`,
	threadEnded: "事件日志的线程已被结束。",
	notWhole: {
		file: (path) => `${path} 在运行中被删除或替换：请放回原处，或重启服务以开始新的事件日志。`,
		wal: (path) => `${path} 的 WAL 文件丢失。`,
		damaged: (path) => `${path} 已被改写。`,
	},
	foreign: (path) => `${path} 是数据库，但不是 livekeeper 的。`,
	otherVersion: (path, version, own) => `${path} 的结构版本为 ${version}；这一版 livekeeper 只能读写版本 ${own}。`,
	diskFull: (words) => `磁盘已满：${words}`,
	backupSpace: (neededMb, freeMb) => `备份期间数据目录需要 ${neededMb} MB，目前剩余 ${freeMb} MB。`,
	backupRunning: "正在备份。",
	exportLimit: (limit) => `已有 ${limit} 项导出正在进行。`,
	stopping: "服务正在停止。",
	parquetFailed: (words) => `无法生成 Parquet 文件：${words}`,
	overtaken: (room, from, to) => `导出读取期间，直播间 ${room} 的第 ${from} 到 ${to} 条消息已按保留期限删除。`,
	noDuckDb: "Parquet 需要 DuckDB，而它没有安装或无法加载。",
	noDuckDbHint: (command) => `请在安装 livekeeper 的位置安装它（${command}），或导出为 csv、jsonl。`,
	portInUse: (port, host) => `${host} 的端口 ${port} 已被其他程序占用`,
	cannotListen: (host, port, code) => `无法监听 ${host} 的端口 ${port}（${code}）`,
	streamLost: (what, at, since) =>
		`数据丢失：${at} 发现 NATS 的 ${what} 中存储的内容已不存在${since ? `（${since} 时还在）` : ""}`,
	setAside: (path) =>
		`存储：有数据库损坏，已改名保留为 ${path}；能恢复的已恢复，请核对直播间、账号和推送目标，并检查磁盘`,
	corrected: (path) => `存储：${path} 的数据有损坏，已尽量复原，请检查本机的磁盘和内存`,
	repaired: (path) => `存储：${path} 里有直播间的记录损坏，已根据消息重建，请检查磁盘`,
	restored: (name, aside) =>
		`存储：${name}.db 损坏，已改名保留为 ${aside}，并由最近一次的完好副本恢复；请核对${contents[name]}，并检查磁盘`,
	missing: (name) => `存储：${name}.db 不见了，已由最近一次的完好副本恢复；请核对${contents[name]}`,
	gone: (name) => `存储：${name}.db 和它的完好副本都不见了：请重新添加${contents[name]}`,
	cutOff: (events) =>
		`存储：断电或系统崩溃，最新的消息可能已丢失${events > 0 ? `（至少 ${events} 条）` : ""}；各直播间已记下缺失，从上次的位置继续，序号会跳过一段`,
	logMissing: (path) => `存储：${path} 不见了：已开始新的事件日志，之前的消息已丢失`,
	damaged: (events, rooms) => {
		const first = rooms.slice(0, 5);
		const more = rooms.length > first.length;
		const words = `${first.join("、")}${more ? ` 等 ${rooms.length} 个直播间` : " "}`;
		return `存储：直播间 ${words}的部分数据已损坏（${events} 条消息已标记为缺失），请检查磁盘`;
	},
	clockJumped: (jumpedMs, until) => {
		const words = jumpText(jumpedMs);
		return `时钟：突然${words}；在 ${until} 之前不会按时间删除消息`;
	},
};

export function jumpText(jumpedMs: number): string {
	const hours = Math.abs(jumpedMs) / 3_600_000;
	const [count, unit] = hours >= 48 ? [hours / 24, "天"] : hours >= 2 ? [hours, "小时"] : [hours * 60, "分钟"];
	const whole = Math.round(count);
	const ahead = jumpedMs > 0;
	return `${ahead ? "跳快了" : "跳慢了"} ${whole} ${unit}`;
}

export const clusterTexts: typeof en.clusterTexts = {
	unreachable: (servers, words) => `${servers} 没有 NATS 服务器应答：${words}`,
	refused: (servers, words) => `${servers} 的 NATS 与本节点无法互相验证：${words}`,
	fileUnreadable: (option, path, words) => `无法读取 ${option} 指定的文件 ${path}：${words}`,
	fileUnreadableHint: (option) => `请改正 ${option}，或让服务能够读取该文件。`,
	tooOld: (server, version, min) => `NATS 服务器 ${server} 的版本为 ${version}，需要 ${min} 或更高版本。`,
	noJetStream: (server) => `NATS 服务器 ${server} 没有启用 JetStream，或此 NATS 账户无权使用。`,
	tooFewServers:
		"NATS 报告 `no suitable peers`：服务器少于每个流要保存的份数。请启动缺少的服务器。如果全部都在运行，说明组建集群时漏了一台：在各服务器上打开 http://127.0.0.1:8222/jsz，meta_cluster 的 cluster_size 小于三。请重启没有算进去的那一台；本节点会一直重试。",
	notMade: (what, words) => `无法创建 ${what}：${words}`,
	startsOn: (node) => `节点 ${node} 即将连接这个直播间。`,
	noNode: "集群中目前没有能接管直播间的节点。",
	nodeSilent: (node) => `负责该直播间的节点 ${node} 没有应答。`,
	takesOver: "该直播间正在由另一个节点接管。",
	secretNeeded: "集群的所有节点需要共用一个 secret，存储的内容用它加密。",
	nodeUnheard: (node, seconds) => `负责该直播间的节点 ${node} 已有 ${seconds} 秒没有消息，这是它最后报告的状态`,
	replaced: (node) => `集群：另一个进程也用了本节点的名称 ${node}，请停掉其中一个`,
	cutOff: (seconds) => `集群：NATS 已有 ${seconds} 秒没有收到本节点的消息，请检查 NATS 服务器和网络`,
	cannotKeep: (words) => `目前无法存储该直播间的内容（${words}），因此没有启动。`,
	otherFormat: (found, expected) => `NATS 中的集群数据是格式 ${found}，这一版 livekeeper 读写的是格式 ${expected}。`,
	otherNode: (node, version, own) =>
		`集群中的节点 ${node} 运行的是 livekeeper ${version}，与本节点的版本 ${own} 互不兼容。`,
	secretDiffers: "本节点的 secret 与加密集群数据所用的不同。",
	backup: "集群的数据存放在 NATS 中：请在那里用 `nats account backup` 备份。",
	backupHint: "怎样备份和恢复集群，见使用手册的“集群”一章。",
	eventTooLarge: (id, characters) => `消息 ${id} 有 ${characters} 个字符，超过一条 NATS 消息的上限。`,
};

const firstTen = (names: readonly string[]) => names.slice(0, 10).join("、") + (names.length > 10 ? "……" : "");

export const importTexts: typeof en.importTexts = {
	intoMemory: "导入内存的内容会随命令结束而消失。请指定一个目录：--data-dir ./data",
	noCluster: "请用 --cluster 指定要导入到哪个集群，写它的 NATS 服务器：--cluster nats://host:port",
	twoClusters: "--from 已指定一个集群：它的事件日志会导入数据目录（--data-dir），不能再写 --cluster。",
	noDatabase: (path) => `${path} 没有 livekeeper 的数据库。`,
	noLog: (servers) => `NATS 服务器 ${servers} 上没有 livekeeper 的事件日志。`,
	nodesRun: (nodes) => `请先停止集群的所有节点。仍在运行：${firstTen(nodes)}`,
	inDoubt: (liveIds) =>
		`节点停止之后，多数 NATS 服务器重启过，${liveIds.length} 个直播间可能缺少最新的消息：${firstTen(liveIds)}`,
	inDoubtHint: "请启动集群的一个节点，等直播间连上后用 Ctrl-C 停止，再次导入。",
	damaged: (path) => `数据库 ${path} 已损坏，或缺少最新的部分。`,
	otherLog: (liveIds) => `导入的位置已有其中 ${liveIds.length} 个直播间的另一份事件日志：${firstTen(liveIds)}`,
	wentOn: (events) =>
		`这份数据以前导入过，之后来源又存了 ${events} 条消息；但导入的位置已接着往下编号，这些消息无法再加进去`,
	sealed: (what) => `有 ${what.length} 项内容用数据库旁的 secret.key 和集群的 secret 都无法解密：${firstTen(what)}`,
	sealedHint: "请把对应的 secret.key 放到数据库旁；或在原处移除这些内容，之后在集群中重新提供。",
	reading: (path) => `正在读取 ${path}`,
	room: (done, all, liveId, events) => `${done}/${all}：直播间 ${liveId}，${events} 条消息`,
	before: (at) => `已于 ${at} 全部导入，没有更改任何内容。`,
	logs: (rooms, events) => `${rooms} 个直播间的事件日志，本次写入 ${events} 条消息`,
	kinds: {
		kept: "要保持连接的直播间",
		identities: "账号",
		overlayTokens: "叠加层令牌",
		sounds: "音效",
		targets: "推送目标",
	},
	moved: (what, added, there) => `${added} 个${what}${there > 0 ? `；另有 ${there} 个在导入的位置已有，保持不变` : ""}`,
	done: {
		cluster: "完成。请启动集群的节点；不要再用这份数据启动单机服务。",
		folder: (dataDir) => `完成。请用数据目录 ${dataDir} 启动服务；不要再启动集群的节点。`,
	},
};
