/** A file whose faults must be found, and the unit tests that must find them. */
export interface Target {
	file: string;
	tests: readonly string[];
	/** Faults that no test finds, as `npm run mutation` prints them, each with the reason why none can. */
	unseen: Readonly<Record<string, string>>;
}

const http = "packages/livekeeper/src/http";
const eventLog = "packages/log/src/event-log";
const target = "packages/targets/src";
const live = "packages/livekeeper/src/live";
const reconnect = "packages/douyin/src/reconnect";
const gifts = "packages/douyin/src/gifts";

export const targets: readonly Target[] = [
	{
		file: `${http}/access.ts`,
		tests: [`${http}/admission.test.ts`],
		unseen: {
			'"refused" => ""': "A name for the counter alone, of which nobody sees more than that it differs from others.",
			'"" => "Stryker was here!"': "A missing header counts as empty; neither text is a bearer token.",
		},
	},
	{
		file: `${http}/request-source.ts`,
		tests: [`${http}/request-source.test.ts`, `${http}/client-address.test.ts`],
		unseen: {
			'"" => "Stryker was here!"': "For the compiler: every request of a server has an address.",
			'"ipv6" => ""': "Node treats every family except ipv4 as ipv6.",
		},
	},
	{
		file: `${http}/guard.ts`,
		tests: [`${http}/access.test.ts`],
		unseen: {
			'"scope" => ""': "For speed: a property that is declared gives all requests one shape.",
			'"party" => ""': "As above.",
		},
	},
	{
		file: `${target}/addresses.ts`,
		tests: [`${target}/addresses.test.ts`],
		unseen: {
			'"" => "Stryker was here!"': "The default is for the compiler: a split yields at least one part.",
			'"ipv6" => ""': "Node treats every family except ipv4 as ipv6.",
			"/^\\[(.*)\\]$/ => /\\[(.*)\\]$/": "In a URL's host, brackets enclose all of it or nothing.",
			"/^\\[(.*)\\]$/ => /^\\[(.*)\\]/": "As above.",
			"timer?.cancel => timer.cancel": "For the compiler: there is a timer.",
			'[] => ["Stryker was here"]': "A caller that receives an error ignores the addresses beside it.",
		},
	},
	{
		file: `${target}/signature.ts`,
		tests: [`${target}/signature.test.ts`],
		unseen: {},
	},
	{
		file: "packages/log/src/storage/secret-box.ts",
		tests: ["packages/log/src/storage/secret-box.test.ts"],
		unseen: {
			'"utf8" => ""': "Node reads text as UTF-8 where no encoding is named.",
			"{ authTagLength: tagBytes } => {}": "The tag has this length already; Node requires the option.",
			"{ return undefined; } => {}": "A function without a return value returns `undefined`.",
			"true => false": "Only a power failure shows whether the key was on the disk before it was used.",
		},
	},
	{
		file: `${eventLog}/group-commit.ts`,
		tests: [`${eventLog}/group-commit.test.ts`],
		unseen: {
			'[] => ["Stryker was here"]': "For the compiler: each stored batch has a result.",
			"this.#flushes.shift()?.resolve => this.#flushes.shift().resolve": "For the compiler: there is one.",
		},
	},
	{
		file: `${eventLog}/sqlite/append.ts`,
		tests: [`${eventLog}/sqlite/append.test.ts`, `${eventLog}/sqlite/commit.test.ts`],
		unseen: {},
	},
	{
		file: `${live}/recall.ts`,
		tests: [`${live}/recall.test.ts`],
		unseen: {
			"() => undefined as unknown => () => undefined": "The same: the cast is for the compiler.",
			'[] => ["Stryker was here"]': "For the compiler: only these types are read.",
			"default: return undefined; => default:": "As above.",
		},
	},
	{
		file: `${reconnect}/retry-schedule.ts`,
		tests: [`${reconnect}/retry-schedule.test.ts`],
		unseen: {},
	},
	{
		file: `${gifts}/gift-counter.ts`,
		tests: [`${gifts}/gift-counter.test.ts`],
		unseen: {
			"/^((?:[^:]*:){4,}0|sha256:[0-9a-f]{64}):\\d+$/s => /((?:[^:]*:){4,}0|sha256:[0-9a-f]{64}):\\d+$/s":
				"Ids have a hash only at the beginning, and the match begins at the first part in any case.",
		},
	},
];
