/** Titles of commander's help. */
export const helpTitles: Record<string, string> = {
	"Usage:": "用法：",
	"Arguments:": "参数：",
	"Options:": "选项：",
	"Global Options:": "全局选项：",
	"Commands:": "命令：",
};

/** Commander's messages about an invalid command line. */
const commanderErrors: readonly [RegExp, (...parts: string[]) => string][] = [
	[/^error: unknown option '(.*)'$/, (flag) => `错误：没有选项 ${flag}`],
	[/^error: unknown command '(.*)'$/, (name) => `错误：没有命令 ${name}`],
	[/^error: missing required argument '(.*)'$/, (name) => `错误：缺少参数 ${name}`],
	[/^error: required option '(.*)' not specified$/, (flag) => `错误：缺少选项 ${flag}`],
	[/^error: option '(.*)' argument missing$/, (flag) => `错误：选项 ${flag} 缺少值`],
	[
		/^error: option '(.*)' argument '(.*)' is invalid\. (.*)$/,
		(flag, value, why) => `错误：选项 ${flag} 的值“${value}”无效。${why}`,
	],
	[
		/^error: command-argument value '(.*)' is invalid for argument '(.*)'\. (.*)$/,
		(value, name, why) => `错误：参数 ${name} 的值“${value}”无效。${why}`,
	],
	[/^\(Did you mean (?:one of )?(.*)\?\)$/, (meant) => `（是否指 ${meant}？）`],
];

/** Translates commander's messages into Chinese line by line; unknown ones stay as they are. */
export function commanderInChinese(message: string): string {
	return message
		.split("\n")
		.map(lineInChinese)
		.join("\n")
		.replace(/Allowed choices are (.*)\./, "可选：$1。");
}

function lineInChinese(line: string): string {
	for (const [pattern, words] of commanderErrors) {
		const match = pattern.exec(line);
		if (match) return words(...match.slice(1));
	}
	return line;
}
