// What VitePress's search box is given in the place of `minisearch`: the same, with our words for what is looked for.
// They can't come by the configuration: functions of that are made from text in the browser, which the page's policy forbids.
import MiniSearch from "minisearch-itself";
import { words } from "./words.mjs";

export default {
	loadJSON: (json, options) => MiniSearch.loadJSON(json, { ...options, tokenize: words }),
};
