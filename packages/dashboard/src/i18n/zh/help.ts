export const help = {
	title: "帮助",
	doctor: {
		title: "检查直播间",
		what: "从服务到直播间消息，一步一步检查，说明哪里有问题、该怎么办。每次检查会像普通用户一样访问一次抖音，不影响已连接的直播间。",
		room: "直播间",
		roomHint: "ID 或地址；留空则检查身份所用的或第一个直播间",
		identity: "身份",
		asRoom: "与直播间相同",
		run: "开始检查",
		running: "正在检查…",
		stop: "停止",
		wrongRoom: "没有找到直播间。请填写 https://live.douyin.com/… 的地址，或地址最后一段的 ID。",
		ms: "{n} 毫秒",
		kept: "直播间 {room} 可以保持连接。",
		notKept: "直播间 {room} 目前无法保持连接，请看上面标记为 ✗ 的步骤。",
		noRoom: "服务正常。填写一个直播间，可以继续检查到消息为止。",
		step: {
			nats: "NATS",
			service: "服务",
			upstream: "上游",
			identity: "身份",
			room: "直播间",
			cookie: "Cookie",
			page: "页面",
			login: "登录",
			im_fetch: "首屏数据",
			socket: "推送连接",
		},
		good: "正常",
		bad: "有问题",
		neutral: "提示",
	},
	questions: {
		title: "常见问题",
		not_found: {
			ask: "显示“不存在”",
			answer:
				"ID 不对，或直播间已注销。打开直播间页面，复制地址栏里 https://live.douyin.com/ 后面的一段；分享短链接（v.douyin.com）要先在浏览器中打开。",
			link: "重新添加",
		},
		offline: {
			ask: "显示“未开播”",
			answer: "主播没有开播，这是正常的。服务每 30 秒查看一次，开播后自动连接，不用操作。",
			link: "查看直播间",
		},
		blocked: {
			ask: "显示“被拒绝”",
			answer:
				"抖音暂时拒绝这个网络地址或身份。5 分钟后自动重试。经常出现时：换一个网络或代理，使用登录后的 cookie，减少同一地址上的直播间数量。",
			link: "设置身份和代理",
		},
		login: {
			ask: "收不到礼物，昵称被打码",
			answer:
				"抖音只向已登录的连接发送礼物。在设置里添加一个身份：粘贴已登录浏览器的 cookie，再让直播间使用它。登录到期前会提醒。",
			link: "添加身份",
		},
		silent: {
			ask: "已连接，但没有消息",
			answer:
				"先打开抖音页面看看是否真的有人说话。状态为“安静”是正常的；“静默”时服务会自己检查并重连。用上面的检查可以看到是哪一步没有数据。",
			link: "检查直播间",
		},
		waiting: {
			ask: "一直在排队",
			answer: "连接数达到了上限。提高上限，或置顶重要的直播间，它们会优先连接。",
			link: "查看连接上限",
		},
		key: {
			ask: "要求输入 API 密钥，或提示密钥不正确",
			answer:
				"密钥是启动服务时设置的 api_key（环境变量 LIVEKEEPER_API_KEY 或配置文件）。命令行用 --api-key。忘记了就设一个新的，然后重启服务。",
			link: "更换密钥",
		},
		cors: {
			ask: "我的网页读不到数据（CORS，forbidden_origin）",
			answer:
				"浏览器只允许列出的来源访问。把网页的来源（例如 http://127.0.0.1:8000，不带路径）加到 cors_origins，然后重启服务。",
			link: "查看 cors_origins",
		},
		obs: {
			ask: "在 OBS 里显示弹幕",
			answer:
				"在 OBS 中添加“浏览器”来源，地址从“弹幕姬”页面复制。服务要与 OBS 在同一台电脑上，或设置 host 和 API 密钥后从别的电脑访问。",
			link: "制作弹幕姬",
		},
		api: {
			ask: "用程序读取消息",
			answer: "所有功能都有 HTTP 接口，消息可以用 WebSocket、SSE 或 Socket.IO 读取。",
			link: "接口文档",
		},
	},
};
