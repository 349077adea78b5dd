import type { Text } from "./text.ts";

/** Why the service ends what somebody reads. As a WebSocket's close reason each has to fit 123 bytes, with its code. */
export const endTexts = {
	stopping: { en: "The service is stopping.", zh: "服务正在停止。" },
	failed: { en: "The connection failed.", zh: "连接出错。" },
	slow: (seconds: number): Text => ({ en: `Nothing was read for ${seconds} s.`, zh: `已 ${seconds} 秒没有读取。` }),
};
