import type { Text } from "./text.ts";

/** What commands say when they can't do what they were asked to. */
export const commandFailures = {
	notLivekeeper: (url: string): Text => ({
		en: `What answers at ${url} is not livekeeper`,
		zh: `在 ${url} 应答的不是 livekeeper`,
	}),
	noAnswer: (url: string): Text => ({ en: `The service at ${url} doesn't answer`, zh: `${url} 的服务没有应答` }),
	noService: (url: string): Text => ({ en: `No service is running at ${url}`, zh: `${url} 没有正在运行的服务` }),
	otherLivekeeper: (port: number): Text => ({
		en: `Port ${port} is in use by another livekeeper, which keeps its data in another folder`,
		zh: `端口 ${port} 正被另一个 livekeeper 使用，它的数据在别的文件夹`,
	}),
	otherLivekeeperHint: (url: string): Text => ({
		en: `Its page is ${url}. Close its window first, or start this one on another port: --port 7002.`,
		zh: `它的页面是 ${url} 。请先关闭它的窗口，或让这一个使用其他端口：--port 7002。`,
	}),
	systemService: (what: string, words: string): Text => ({
		en: `This failed: ${what} (${words})`,
		zh: `执行失败：${what}（${words}）`,
	}),
	noSystemService: (platform: string): Text => ({
		en: `On ${platform} livekeeper can't set up a service`,
		zh: `livekeeper 无法在 ${platform} 上设置服务`,
	}),
	noSystemServiceHint: {
		en: "Have your system run `livekeeper serve` at its start.",
		zh: "请让系统在启动时运行 `livekeeper serve`。",
	},
	keepFirst: (room: string): Text => ({
		en: `Keep it first: livekeeper start ${room}`,
		zh: `请先启动：livekeeper start ${room}`,
	}),
	unwritableFile: (file: string, words: string): Text => ({
		en: `${file} can't be written: ${words}`,
		zh: `${file} 无法写入：${words}`,
	}),
	unreadableFile: (file: string, code: string): Text => ({
		en: `${file} can't be read (${code}).`,
		zh: `${file} 无法读取（${code}）。`,
	}),
	unreadableFileHint: {
		en: "Name an existing file, or - for standard input.",
		zh: "请指定存在的文件，或用 - 表示标准输入。",
	},
	noTerminal: { en: "top needs a terminal", zh: "top 需要终端" },
	noTerminalHint: {
		en: "Elsewhere use: livekeeper status, or livekeeper status --json",
		zh: "其他情况请用：livekeeper status 或 livekeeper status --json",
	},
	stopped: { en: "Stopped.", zh: "已中止。" },
	stoppedHint: { en: "Nothing was changed.", zh: "没有任何改动。" },
	backupBroken: {
		en: "The backup broke off before its end: nothing was saved",
		zh: "备份中途断开：没有保存任何内容",
	},
	exportBroken: {
		en: "The export broke off before its end: nothing was saved",
		zh: "导出中途断开：没有保存任何内容",
	},
	againHint: {
		en: "Run it again; the service's log says what happened there.",
		zh: "请再运行一次；服务的日志写明了发生的情况。",
	},
	timeOption: (flag: string, { en, zh }: Text): Text => ({ en: `${flag}: ${en}`, zh: `${flag}：${zh}` }),
	timeOptionHint: (flag: string): Text => ({ en: `For example: ${flag} 2h`, zh: `例如：${flag} 2h` }),
	cookieForms: {
		en: "Give a Cookie header, a request as cURL, a cookies.txt file, or a browser's JSON export.",
		zh: "请给出 Cookie 请求头、复制为 cURL 的请求、cookies.txt 文件，或浏览器导出的 JSON。",
	},
};
