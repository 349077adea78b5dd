import { type Language, languageOfTag } from "@livekeeper/base/text";

/** Environment variable for the language of commands. */
export const languageEnv = "LIVEKEEPER_LANG";

/**
 * Returns the language of commands: `--lang`, else `LIVEKEEPER_LANG`, else by the system's locale: Chinese for any
 * Chinese, English otherwise. An invalid value is left for the option's own check to reject.
 * @param argv as Node gives it; read before the options are, because the help uses it too
 * @param locale used if the environment has none, as on Windows
 */
export function languageOfCommand(
	argv: readonly string[],
	env: Readonly<Record<string, string | undefined>> = process.env,
	locale: () => string = () => new Intl.DateTimeFormat().resolvedOptions().locale,
): Language {
	const asked = askedLanguageOfCommand(argv, env);
	if (asked) return asked;
	const set = [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find((value) => value !== undefined && value !== "");
	return languageOfTag(set ?? locale()) ?? "en";
}

/**
 * Returns the language that `--lang` or `LIVEKEEPER_LANG` names. The log follows it alone, so that a locale changes no
 * file that programs read.
 */
export function askedLanguageOfCommand(
	argv: readonly string[] = process.argv,
	env: Readonly<Record<string, string | undefined>> = process.env,
): Language | undefined {
	return languageOfTag(flagOf(argv) ?? "") ?? languageOfTag(env[languageEnv] ?? "");
}

function flagOf(argv: readonly string[]): string | undefined {
	const end = argv.indexOf("--");
	const given = end < 0 ? argv : argv.slice(0, end);
	const at = given.findLastIndex((word) => word === "--lang" || word.startsWith("--lang="));
	const word = given[at];
	return word === "--lang" ? given[at + 1] : word?.slice("--lang=".length);
}
