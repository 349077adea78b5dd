import { asTyped } from "./launch.ts";
import { timeOf } from "./local-time.ts";
import { faultNames, jumpText, listTexts, lookupTexts } from "./zh.ts";

type Fields = Readonly<Record<string, unknown>>;

const seconds = (ms: unknown) => Math.round(Number(ms) / 1000);

const wayNames: Readonly<Record<string, string>> = lookupTexts.ways;
const driftNames: Readonly<Record<string, string>> = listTexts.site.kinds;

/** Returns the name of a network exit: a proxy's host and port, or `direct`. */
const exitName = (exit: unknown) => (exit === "direct" ? lookupTexts.direct : lookupTexts.proxy(String(exit)));

/** Reasons why a program's cookie was not used. */
const cookieIgnored: Readonly<Record<string, string>> = {
	kept: "直播间已经添加，沿用自己的账号",
	remote: "只接受来自本机的 cookie",
	unreadable: "无法识别",
};

/** Lines of the Chinese log, by `event`, made of the entry's fields. */
export const logLines: Readonly<Record<string, string | ((fields: Fields) => string)>> = {
	listener_failed: "【!】处理直播间状态时出错",
	room_not_started: "【!】直播间未能启动",
	events_lost: "【!】有消息未能写入事件日志",
	room_not_released: "【!】直播间没能移交",
	node_back: "【√】NATS 已恢复，重新接管直播间",
	draining: "正在将直播间交给其他节点",
	not_drained: "【!】部分直播间没能及时移交，将由其他节点接管",
	node_message_failed: "【!】处理其他节点的消息时出错",
	node_of_other_version: ({ node, version }) =>
		`【!】节点 ${node} 运行的是不兼容的版本（${version}），本节点已将它忽略；请让所有节点使用同一版本`,
	presence_failed: "【!】无法在 NATS 中更新本节点的登记，将重试",
	process_warning: "【!】Node.js 发出警告",
	request_failed: "【!】请求处理失败",
	node_not_asked: "【!】无法询问负责该直播间的节点",
	doctor_failed: "检查没能完成",
	limits_changed: ({ node }) => (node ? `节点 ${node} 上更改了连接上限，本节点已采用` : "连接上限已更改"),
	gifts_unreadable: "【!】本场此前的礼物无法读取；此后的照常统计",
	tokens_not_read: "【!】叠加层令牌的变更暂时读不到，将重试",
	token_use_not_stored: "【!】叠加层令牌的使用时间无法记录",
	official_let_go: "开放平台的数据改由其他节点接收",
	official_task_failed: "【!】开放平台未能开始推送，将重试",
	official_task_running: "开放平台已开始推送",
	export_cut: "【!】导出中断",
	export_file_left: "【!】导出的临时文件无法删除",
	log_unreadable: "【!】事件日志无法读取，将重试",
	client_failed: "【!】客户端的连接出错，已断开",
	client_not_closed: "【!】客户端的连接未能正常关闭",
	target_unreadable: "【!】推送目标的地址和密钥无法解密，请重新填写",
	target_missed: ({ live_id, from, to, reason }) =>
		reason === "reset"
			? `【!】直播间 ${live_id} 的日志可能丢失了消息，推送目标从序号 ${to} 之后继续`
			: `【!】直播间 ${live_id} 序号 ${from} 到 ${to} 的消息在推送之前已按保留期限删除`,
	target_resumed: "【√】已暂停的推送目标恢复发送",
	client_not_served: "【!】无法为 WebSocket 客户端提供消息",
	listener_not_served: "【!】无法为弹幕程序提供消息",
	listener_missed: ({ live_id }) =>
		`【!】直播间 ${live_id} 可能有消息没有推送给 DouyinBarrageGrab 的弹幕程序，程序自己不会知道；缺失的位置见页面中的直播间`,
	listener_cookie_ignored: ({ live_id, why }) =>
		`【!】弹幕程序为直播间 ${live_id} 提供的 cookie 没有使用：${cookieIgnored[String(why)] ?? why}`,
	listeners_served: ({ what, address }) => `【√】为 ${what} 编写的程序可以连接：${address}`,
	listener_places_lost: "【!】弹幕程序的读取位置无法存取，它们重新连接后从新消息开始",
	visited_room_released: ({ live_id }) => `弹幕程序打开的直播间 ${live_id} 已没有程序在读取，已停止`,
	visited_room_not_released: "【!】弹幕程序打开的直播间未能停止，将重试",
	service_stopped: "livekeeper 已停止",
	listening: ({ address }) => `livekeeper 正在监听 ${address}`,
	address_not_written: "【!】监听地址无法写入数据目录，再次启动时可能找不到本服务",
	change_not_taken_up: "【!】其他节点所做的更改暂时无法读取，将重试",
	hosts_unreadable: "【!】抖音服务器的记录无法读取，将重新积累",
	hosts_not_stored: "【!】抖音服务器的记录无法存储，将重试",
	run_not_noted: "【!】服务的运行时间无法记录，停机时段可能不准",
	way_refused: ({ exit, way, until }) =>
		`【!】抖音拒绝了${exitName(exit)}的查询（${wayNames[String(way)] ?? way}），${timeOf(Date.parse(String(until)), "zh")} 再试`,
	updates_unreadable: () => "【!】无法读取之前收到的更新信息，重新获取",
	updates_refused: ({ text }) => `【!】更新服务返回的内容不能用${text ? `：${text}` : ""}`,
	version_changes: ({ folder }) => `【√】已安装另一个版本（${folder}），正在重启`,
	updates_known: ({ version }) => `【√】更新服务已应答，最新版本为 ${version}`,
	updates_not_stored: () => "【!】无法存储更新信息",
	site_drift: ({ kind }) =>
		`【!】抖音发来了本版本无法识别的内容（${driftNames[String(kind)] ?? kind}），见 livekeeper site`,
	drift_unreadable: () => "【!】无法读取之前观察到的抖音变化，重新收集",
	drift_not_stored: () => "【!】无法存储观察到的抖音变化",
	site_file_refused: ({ file, text }) =>
		`【!】${file} 无法使用，继续使用之前的抖音适配资料和签名${text ? `：${text}` : ""}`,
	site_file_in_force: ({ file }) => `【√】已启用 ${file}`,
	way_works_again: ({ exit, way }) => `【√】${exitName(exit)}的查询（${wayNames[String(way)] ?? way}）已恢复`,
	look_listener_failed: "【!】处理直播间的查询结果时出错",
	many_rooms_watched: ({ rooms, minutes }) =>
		`【!】等待开播的直播间有 ${rooms} 个，抖音允许的查询次数不够：每个直播间最长 ${minutes} 分钟才单独查询一次；增加代理或账号可以缩短`,
	visitors_not_stored: "【!】访客 cookie 无法存储，重启后将向抖音重新获取",
	visitors_unreadable: "【!】访客 cookie 无法读取，将向抖音重新获取",
	watching_not_stored: "【!】直播间的查询记录无法存储，重启后将重新查询",
	watching_unreadable: "【!】直播间的查询记录无法读取，将重新查询",
	lookups_raised: "【!】每分钟的查询次数高于默认的 5 次，本机的网络地址容易被抖音封禁",
	rests_not_stored: "【!】账号的暂停记录无法存储，重启后将提前重试",
	rests_unreadable: "【!】账号的暂停记录无法读取，将照常连接",
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
	view_changed: ({ nodes }) => `【i】集群节点变为：${(nodes as string[]).join("、") || "无"}`,
	node_cut_off: ({ hold_ms }) =>
		`【!】已有 ${seconds(hold_ms)} 秒无法连接 NATS，正在断开全部直播间；请检查 NATS 服务器和网络`,
	node_replaced: ({ node }) => `【!】另一个进程也用了节点名 ${node}，本进程不再负责直播间；请停掉其中一个`,
	origin_refused: ({ why, hint }) => `【!】已拒绝：${why}。${hint}`,
	request_refused: ({ why }) => `${why}`,
	page_not_built: "【!】网页尚未构建，打开地址只有 API；请运行 npm start 或 npm run build",
	secrets_unreadable: ({ live_id }) =>
		`【!】直播间 ${live_id} 的 cookie 或代理无法解密（密钥已更换），请重新设置；现以默认账号连接`,
	room_stopped: ({ live_id }) => `【√】已停止直播间 ${live_id}`,
	events_not_stored: "【!】消息未能写入事件日志",
	official_unreadable: "【!】开放平台推送的进度无法读取，将重试",
	official_not_remembered: "【!】开放平台推送的进度无法保存，将重试",
	official_ack_failed: "【!】未能向开放平台确认收到，将重试",
	official_look_up_failed: "【!】无法查询开放平台推送失败的数据，将重试",
	client_flooded: "【!】客户端被拒绝后仍不断请求，已断开",
	client_script_unreadable: "【!】Socket.IO 客户端文件无法读取",
	slow_reader: "【!】Socket.IO 客户端长时间不接收，已断开",
	web_socket_failed: "WebSocket 客户端的连接出错",
	target_changes_failed: ({ retry_ms }) => `【!】推送目标的变更暂时读不到，${seconds(retry_ms)} 秒后再试`,
	target_delivers: "【√】推送目标恢复发送该直播间的消息",
	target_failed: ({ why }) => `【!】推送目标发送失败：${why}`,
	target_dead_letter: ({ attempts, why }) => `【!】推送目标的一批消息发送 ${attempts} 次都没成功，不再自动重试：${why}`,
	target_position_taken: ({ retry_ms }) =>
		`【!】推送目标在该直播间的位置已由其他节点写入，${seconds(retry_ms)} 秒后从那里继续`,
	target_storage_failed: ({ retry_ms }) => `【!】存储出错，推送目标等待 ${seconds(retry_ms)} 秒后再试`,
	target_paused: ({ failures }) => `【!】推送目标已暂停：连续 ${failures} 次发送失败`,
};

/** Returns whether a code is one of an event that this program logs. */
export const isKnownEvent = (event: string): boolean => Object.hasOwn(logLines, event);

/** @returns `undefined` for an entry without an event that has a line */
export function logLine(fields: unknown): string | undefined {
	const { event } = (fields ?? {}) as { event?: unknown };
	const line = typeof event === "string" && Object.hasOwn(logLines, event) ? logLines[event] : undefined;
	const words = typeof line === "function" ? line(fields as Fields) : line;
	return words === undefined ? undefined : asTyped(words);
}
