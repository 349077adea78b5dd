import type { LogLines } from "@livekeeper/base/text";
import { seconds } from "@livekeeper/base/text/log-lines";
import { listTexts } from "./zh.ts";

const driftNames: Readonly<Record<string, string>> = listTexts.site.kinds;

/** Reasons why a program's cookie was not used. */
const cookieIgnored: Readonly<Record<string, string>> = {
	kept: "直播间已经添加，沿用自己的账号",
	remote: "只接受来自本机的 cookie",
	unreadable: "无法识别",
};

/** Lines of the Chinese log, by `event`, made of the entry's fields. */
export const chineseLines: LogLines["zh"] = {
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
	visitors_not_stored: "【!】访客 cookie 无法存储，重启后将向抖音重新获取",
	visitors_unreadable: "【!】访客 cookie 无法读取，将向抖音重新获取",
	watching_not_stored: "【!】直播间的查询记录无法存储，重启后将重新查询",
	lookups_raised: "【!】每分钟的查询次数高于默认的 5 次，本机的网络地址容易被抖音封禁",
	rests_not_stored: "【!】账号的暂停记录无法存储，重启后将提前重试",
	rests_unreadable: "【!】账号的暂停记录无法读取，将照常连接",
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
};
