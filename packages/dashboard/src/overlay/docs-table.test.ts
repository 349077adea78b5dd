import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { en } from "../i18n/en.ts";
import { zh } from "../i18n/zh.ts";
import { type Parameter, type ParameterName, parameterNames, parameters } from "./parameters.ts";

const languages = {
	en: {
		file: "overlay.md",
		words: en.overlay,
		head: ["name", "value", "default", "what"],
		upTo: "text up to",
		any: "any of",
		own: "or the id of your own file",
	},
	zh: {
		file: "overlay.zh-CN.md",
		words: zh.overlay,
		head: ["名称", "取值", "默认", "含义"],
		upTo: "文字，最长",
		any: "多选",
		own: "或自己文件的编号",
	},
} as const;

const code = (values: readonly (string | number)[]) => values.map((value) => `\`${value}\``).join(" ");

/** Returns the table of parameters that the documentation must contain. */
function tableOf({ words, head, upTo, any, own }: (typeof languages)["en" | "zh"]): string[][] {
	const values = (parameter: Parameter): string => {
		switch (parameter.kind) {
			case "choice":
				return code(parameter.values);
			case "sound":
				return `${code(parameter.values)} ${own}`;
			case "list":
				return `${any} ${code(parameter.values)}`;
			case "integer":
			case "number": {
				const unit = "unit" in parameter ? ` ${words.unit[parameter.unit]}` : "";
				return `${parameter.min}–${parameter.max}${unit}`;
			}
			case "flag":
				return code([0, 1]);
			case "text":
				return `${upTo} ${parameter.max}`;
			default:
				return parameter satisfies never;
		}
	};
	const row = (name: ParameterName) => {
		const { default: standard } = parameters[name] as Parameter;
		const shown =
			typeof standard === "boolean" ? Number(standard) : typeof standard === "object" ? standard.join() : standard;
		return [`\`${name}\``, values(parameters[name]), shown === "" ? "" : `\`${shown}\``, words.param[name].help];
	};
	return [[...head], head.map(() => "-"), ...parameterNames.map(row)];
}

test.each(Object.values(languages))("$file lists each parameter with values, default and description", (language) => {
	const page = readFileSync(new URL(`../../../../docs/${language.file}`, import.meta.url), "utf8");
	const lines = page.split("\n");
	const first = lines.findIndex(
		(line) => line.startsWith(`| ${language.head[0]} `) && line.includes(` ${language.head[2]} `),
	);
	const table: string[][] = [];
	for (let i = first; lines[i]?.startsWith("|"); i++) {
		const cells = (lines[i] ?? "").split("|").slice(1, -1);
		table.push(cells.map((cell) => cell.trim().replace(/^-+$/, "-")));
	}
	expect(table).toEqual(tableOf(language));
});
