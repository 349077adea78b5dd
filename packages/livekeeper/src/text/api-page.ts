import type { Text } from "./text.ts";

/** Words of the page that describes the API. */
export const apiPageTexts = {
	pages: { en: "Pages", zh: "页面" },
	dashboard: { en: "Dashboard", zh: "控制台" },
	schemas: { en: "Schemas", zh: "数据结构" },
	parameters: { en: "Parameters", zh: "参数" },
	body: { en: "Body", zh: "请求体" },
	answers: { en: "Answers", zh: "应答" },
	required: { en: "required", zh: "必填" },
	inPath: { en: "in the path", zh: "路径" },
	inQuery: { en: "in the query", zh: "查询参数" },
	inHeader: { en: "header", zh: "请求头" },
	noKey: { en: "Needs no key.", zh: "不需要密钥。" },
	key: { en: "Needs the API key, where the service has one.", zh: "需要 API 密钥（服务设置了密钥时）。" },
	keyOrToken: { en: "Needs the API key or an overlay token.", zh: "需要 API 密钥或叠加层令牌。" },
} satisfies Record<string, Text>;
