/** What the API's description says of operations and their answers: its English, and that in Chinese. */
export const apiOperations: Readonly<Record<string, string>> = {
	"Keeps Douyin live rooms connected and hands their messages to browsers and programs.":
		"保持抖音直播间的连接，把消息交给浏览器和程序。",
	"The API key, where the service has one": "API 密钥（服务设置了密钥时）",
	"An overlay token, which may only read": "叠加层令牌，只能读取",
	"this service": "本服务",
	"Start, stop and status by the names of the original design; times in seconds":
		"启动、停止和状态，沿用最初设计的名称；时间以秒为单位",
	"The same as resources; times in milliseconds": "同样的功能，以资源表示；时间以毫秒为单位",
	"Who may read, and no more, without the API key": "没有 API 密钥时谁可以读取（且只能读取）",
	"How many connections there may be, and who waits for one": "最多可以有多少个连接，谁在等待连接",
	"Backups of all that is stored": "备份全部存储内容",
	"For supervisors and Prometheus": "供监控程序和 Prometheus 使用",
	Created: "已创建",
	"The request is not valid; the message says what was expected": "请求无效；message 说明应为什么",
	"The API key or overlay token is missing or wrong": "缺少 API 密钥或叠加层令牌，或不正确",
	"Not allowed from there, or not to this key": "不允许从该处访问，或此密钥无权访问",
	"There is no such thing": "不存在",
	"It can't be done as things are; the message says why": "目前的情况下无法完成；message 说明原因",
	"It has expired": "已过期",
	"The body is too large": "请求体过大",
	"The body is not JSON": "请求体不是 JSON",
	"Too many requests; Retry-After says when to come again": "请求过多；Retry-After 说明多久后再试",
	"The service failed; its log says why": "服务出错；日志中有原因",
	"The upstream could not be asked": "无法访问上游",
	"The service can't do it now; the message says why": "服务目前无法完成；message 说明原因",
	"Keep a room connected": "保持直播间的连接",
	"Stop a room": "停止直播间",
	"All rooms, in short": "全部直播间（简要）",
	"All rooms": "全部直播间",
	"How reconnecting goes, for all rooms together": "所有直播间的重连情况",
	"One room": "一个直播间",
	"Change options of a room": "更改直播间的设置",
	"Options that are left out stay as they are; PUT replaces all of them.": "省略的设置保持不变；PUT 则替换全部设置。",
	"A room's quality score, with its parts and its history": "直播间的连接质量评分，及其组成和历史",
	"The history has a point for each 5 minutes of the last 24 hours since the room was started.":
		"历史为直播间启动以来最近 24 小时，每 5 分钟一个点。",
	"A page of a room's events": "直播间消息的一页",
	"Go on with after = next_after until caught_up.": "以 after = next_after 继续，直到 caught_up。",
	"A room's events as server-sent events": "以 SSE 接收直播间的消息",
	"Each event's id is its seq. A reconnect with Last-Event-ID goes on after it.":
		"每条消息的 id 就是它的 seq。带 Last-Event-ID 重连会从其后继续。",
	"A room's broadcasts, each with its summary": "直播间的各场直播及其汇总",
	"What was given in a broadcast, by kind and by giver": "一场直播中的礼物，按种类和送礼人统计",
	"Once retention has taken the broadcast's events, the ten best of each.":
		"该场的消息按保留期限删除后，各保留前十名。",
	"The gifts that have passed in all rooms": "所有直播间出现过的礼物",
	"A new one is listed some ten seconds after it was given. They stay when their events are gone.":
		"新的礼物在送出约十秒后列出；消息删除后仍然保留。",
	"What a room said over time, summed up": "直播间消息随时间的汇总",
	"By upstream time. Spans in which nothing happened are left out. Without from: the 12 hours before to; without to: until now. At most 31 days, and 3000 points.":
		"按上游时间。没有消息的时段会省略。不给 from：to 之前的 12 小时；不给 to：到现在为止。最多 31 天、3000 个点。",
	"Search what was said and given in all rooms": "在所有直播间中搜索消息和礼物",
	"Newest first. A page takes about a second at most and may be empty: go on with its cursor until that is null.":
		"从新到旧。每页最多查找约一秒，可能没有结果：用它的 cursor 继续，直到为 null。",
	"A room's events as a file": "把直播间的消息导出为文件",
	"How the open platform's pushes of a room do": "开放平台对直播间的数据推送情况",
	"Take a callback of the open platform": "接收开放平台的回调",
	"Signed by the platform instead of a key. Answered once what it brings is stored.":
		"以平台的签名代替密钥。内容存储后才应答。",
	"All identities": "全部身份",
	"One identity": "一个身份",
	"Have an identity tried again that rests": "解除身份的休息，立即重试",
	"One that does not rest stays as it is.": "没有在休息的身份保持不变。",
	"Give a cookie and a proxy a name, or change what a name stands for": "给 cookie 和代理起名，或更改某个名称的内容",
	"Rooms that go by it are connected anew; they go on from where they are.":
		"使用它的直播间会重新连接，并从原来的位置继续。",
	"Remove an identity that no room goes by": "移除没有直播间使用的身份",
	"What a room was given, without its secrets": "直播间的设置（不含秘密）",
	"Look at a pasted cookie": "查看粘贴的 cookie",
	"Says what was found; nothing of it is kept, and no answer holds it.":
		"说明找到了什么；不会保存，应答中也不含 cookie。",
	"Make a code by which a browser on this machine hands its cookie over": "生成配对码，供本机浏览器交出 cookie",
	"It is typed into the browser extension. Valid for 5 min and 5 attempts, and used once; the one before no longer is.":
		"在浏览器扩展中输入。5 分钟内有效，最多试 5 次，只能用一次；此前的配对码随之失效。",
	"What became of a pairing": "一个配对的结果",
	"The cookie itself is in no answer: an identity is made from it by the id.":
		"应答中没有 cookie 本身：用编号即可由它创建身份。",
	"Forget a pairing and its cookie": "删除配对及收到的 cookie",
	"Hand a browser's cookie over": "交出浏览器的 cookie",
	"For the browser extension alone, and from this machine alone; the code stands in the place of a key. A cookie without a login leaves the code valid.":
		"只供本机上的浏览器扩展使用，以配对码代替密钥。cookie 没有登录时，配对码仍然有效。",
	"Try the way to a room with a pasted cookie, step by step": "用粘贴的 cookie 逐步尝试连接一个直播间",
	"As with an identity; nothing of the cookie is kept.": "与身份的检测相同；不会保存 cookie。",
	"Try the way to a room with an identity, step by step": "用某个身份逐步尝试连接一个直播间",
	"Ends after the first step that leaves nothing to try further. Takes up to a minute.":
		"到无法继续的第一步为止。最多一分钟。",
	"All overlay tokens": "全部叠加层令牌",
	"Make an overlay token": "创建叠加层令牌",
	"Whoever has its secret may read one room, or all: events, broadcasts, status, what its overlay shows, and pictures; and nothing else. The answer is the only one that ever holds the secret. The overlay is at /overlay/named/{id}#token={secret}; without an API key it needs no secret.":
		"持有令牌的人可以读取一个或全部直播间的消息、场次、状态和图片，以及它的叠加层设置，此外什么也不能做。令牌只在这个应答中出现一次。叠加层的地址是 /overlay/named/{id}#token={secret}；没有 API 密钥时不需要令牌。",
	"What an overlay shows": "叠加层显示什么",
	"An overlay that is open asks every other second: this counts as a use of its token.":
		"打开着的叠加层每两秒问一次：算作使用了它的令牌。",
	"Change an overlay token, or what its overlay shows": "更改叠加层令牌，或它的叠加层显示什么",
	"Its secret and the overlay's address stay; an overlay that is open shows the change within seconds. What it has opened of another room ends.":
		"令牌和叠加层的地址不变；打开着的叠加层几秒内就会更新。换了直播间时，用它打开的原直播间的连接会结束。",
	"Have an overlay show something as a test": "让叠加层显示一条测试内容",
	"Where the overlay is open it shows, within seconds and marked as a test, something made up. No log, sum or other reader gets it.":
		"打开着的叠加层几秒内显示一条编造的内容，并标明是测试。日志、统计和其他读取者都不会收到。",
	"Revoke an overlay token": "吊销叠加层令牌",
	"What it has opened ends at once.": "用它打开的连接会立即结束。",
	"The nodes of the cluster": "集群的各个节点",
	"By name. None where the service is no node of a cluster.": "按名称排列；服务不属于任何集群时为空。",
	"Limits of connections, and the rooms that wait for one": "连接上限，以及等待连接的直播间",
	"Change limits of connections": "更改连接上限",
	"Takes effect at once and lasts until the service ends; what is left out stays.":
		"立即生效，直到服务结束；省略的保持不变。",
	"All webhooks": "全部 webhook",
	"Have events sent to a URL": "把消息发送到一个地址",
	"The answer is the only one that ever holds the secret.": "密钥只在这个应答中出现一次。",
	"One webhook, with its progress in each room": "一个 webhook，及其在各直播间的进度",
	"Replace a webhook": "替换 webhook",
	"Rooms that it keeps go on from their places; the secret stays where none is given.":
		"保留的直播间从原来的位置继续；不给密钥则沿用原来的。",
	"Remove a webhook with its dead letters": "移除 webhook 及其死信",
	"Send the receiver a request without events": "向接收方发送一个不含消息的请求",
	"Signed as all are, with `test: true`. Nothing is tried again, and no event waits for it.":
		"与其他请求一样签名，带 `test: true`。不会重试，也没有消息等待它。",
	"Deliveries that were given up, newest first": "已放弃的投递，最新的在前",
	"Try a dead letter once more": "重新投递一封死信",
	"Try every dead letter once more": "重新投递全部死信",
	"The configuration that the service was started with": "服务启动时的配置",
	"Read only: an option is changed by its variable, flag or key in the file, and a restart.":
		"只读：更改设置要改环境变量、命令行选项或配置文件，然后重启。",
	"Find the rooms in what somebody pasted": "从粘贴的内容中找出直播间",
	"Takes addresses, the app's share texts with their short links, live ids and Douyin IDs, 20 at most. Asks the site once for each; nothing is kept by it. 60 rooms in a minute at most.":
		"接受网址、App 分享口令及其短链接、直播号和抖音号，最多 20 个。每个只向网站查询一次，不会因此保持连接。一分钟最多 60 个直播间。",
	"Find out what is wrong between the service and a room": "诊断服务与直播间之间的问题",
	"Visits the upstream once, as a person would, beside the rooms that are kept. One at a time, 6 in a minute at most. Takes up to a minute: each step comes as a line of JSON when it is done.":
		"像普通观众一样访问一次上游，不影响正在保持的直播间。一次只能进行一个，每分钟最多 6 个。最多一分钟：每一步完成时给出一行 JSON。",
	"A backup of all that is stored, as a file": "把全部存储内容备份为一个文件",
	"Made while the service goes on; the key that cookies are encrypted with is not in it.":
		"备份期间服务照常运行；其中不含加密 cookie 的密钥。",
	"How far the backup is that is being made": "正在进行的备份的进度",
	"A picture of the site": "网站的图片",
	"Avatars, gifts and emoji by the address that an event names. Only the site's own picture hosts are asked.":
		"按消息中的地址获取头像、礼物和表情。只访问网站自己的图片主机。",
	"Is the process alive?": "进程是否存活",
	"Can the service take work?": "服务是否可以工作",
	"Prometheus metrics": "Prometheus 指标",
};
