export const nodes = {
	title: "节点",
	loading: "正在读取…",
	running: "运行中的直播间",
	list: "各节点的直播间",
	none: "没有节点。",
	self: "当前节点",
	roomsOf: "节点 {node} 的 {n} 个直播间",
	share: "{percent} ≈ {n}",
	column: {
		node: "节点",
		state: "状态",
		rooms: "直播间",
		weight: "权重",
		share: "按权重分配",
		started: "启动于",
		version: "版本",
		url: "监听地址",
	},
	state: { here: "运行中", draining: "正在交出直播间", cut_off: "与 NATS 断开", unknown: "未知" },
	how: "直播间按 ID 散列分配，实际数量围绕权重给出的份额波动。增减、升级节点的步骤见使用手册的“集群”一章。",
	alone: {
		title: "本服务单独运行",
		what: "它不属于任何集群，全部直播间都由这个进程保持连接。",
		docs: "多台机器可以分担直播间，方法见使用手册的“集群”一章。",
	},
	trouble: {
		unheard: {
			what: "NATS 已有 {n} 秒没有收到节点 {node} 的消息。",
			todo: "下面是断开前的情况。其他节点约 10 秒后接管它的直播间；它自己把消息暂存在内存里，超过 30 秒（可以设置）就断开全部直播间。请检查 NATS 服务器和这台机器到它们的网络；也可能是另一个进程用了同一个节点名，请停掉其中一个。",
		},
		nobody: {
			what: "没有节点承担直播间。",
			todo: "请启动一个节点；直播间会从各自的日志所到之处继续。",
		},
		unstored: {
			what: "节点 {node} 有 {n} 个直播间的消息无法存储。",
			todo: "请检查 NATS：过半服务器在吗，磁盘还有空间吗？在此期间消息暂存在该节点的内存里。",
		},
		draining: {
			what: "节点 {node} 正在交出直播间（还有 {n} 个），即将停止。",
			todo: "无需处理：其他节点接管时不会漏消息。最迟在 30 秒（可以设置）后结束；维护完再启动它。",
		},
		versions: {
			what: "各节点的版本不同：{versions}。",
			one: "{version}（{nodes}）",
			comma: "，",
			todo: "逐个升级时正常。否则请把全部节点换成同一版本；哪些版本不能同时运行，见更新说明。",
		},
	},
};
