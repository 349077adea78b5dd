import { z } from "zod";
import { checkTexts } from "./catalogue.ts";
import type { Text } from "./text.ts";

/** One finding of a schema, with the details of our own check if any. */
export interface Issue {
	code: string;
	message: string;
	/** Other details that zod reports. */
	details: Record<string, unknown>;
}

const known: ReadonlyMap<string, Text> = new Map(Object.values(checkTexts).map((text) => [text.en, text]));
const { localeError } = z.locales.zhCN();

/** Describes an invalid value for people. */
export function issueText({ code, message, details }: Issue): Text {
	const given = (details["params"] as { text?: Text } | undefined)?.text ?? known.get(message);
	return given ?? { en: message, zh: inChinese(code, message, details) };
}

function inChinese(code: string, message: string, details: Issue["details"]): string {
	// Zod's findings do not include the given value; only its own message names the type.
	const [, received] = /received (.+)$/.exec(message) ?? [];
	if (code === "invalid_type") return `应为 ${String(details["expected"])}${received ? `，实际为 ${received}` : ""}`;
	const words = localeError({ ...details, code, path: [], input: undefined } as never);
	return typeof words === "string" ? words : (words?.message ?? "无效输入");
}
