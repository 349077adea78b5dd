import { bark } from "./bark.ts";
import { dingtalk } from "./dingtalk.ts";
import { discord } from "./discord.ts";
import { dycast } from "./dycast.ts";
import { feishu } from "./feishu.ts";
import { json } from "./json.ts";
import { mail } from "./mail.ts";
import { mqtt } from "./mqtt.ts";
import { ntfy } from "./ntfy.ts";
import { onecomme } from "./onecomme.ts";
import type { Preset } from "./preset.ts";
import { sammi } from "./sammi.ts";
import { serverchan } from "./serverchan.ts";
import { slack } from "./slack.ts";
import { socialStream } from "./social-stream.ts";
import { streamerbot } from "./streamerbot.ts";
import { telegram } from "./telegram.ts";
import { template } from "./template.ts";
import { wecom } from "./wecom.ts";

/** Every preset under its name, in the order in which they are offered. */
const all = {
	...{ json, template, dingtalk, feishu, wecom, telegram, discord, slack, bark, serverchan, ntfy, mail },
	...{ streamerbot, sammi, onecomme, "social-stream": socialStream, dycast, mqtt },
};

export type PresetName = keyof typeof all;

export const presetNames = Object.keys(all) as PresetName[];

/** Every preset under its name. The other methods take the value parsed by `settings`. */
export const presets: Readonly<Record<PresetName, Preset<unknown>>> = all;
