import type { SeriesPoint } from "@livekeeper/log";
import { expect, test } from "vitest";
import { highlightsOf } from "./highlights.ts";
import { WordTally } from "./words.ts";

const minute = 60_000;
const start = Date.UTC(2026, 0, 1, 12);

/** Lines that viewers of an invented singer write at any time. */
const usual = `
主播晚上好呀|刚下班就来了|今天状态不错嘛|第一次来，先关注了|这首歌叫什么名字？|想听《海边的夜》|点歌怎么点啊|声音好温柔😊|麦克风是不是有点小
吉他弹得真好👍|高音上去了！|鸡皮疙瘩都起来了|求翻唱一首老歌|背景换新的了？|这灯光挺舒服|主播吃饭了没|喝口水吧，嗓子要紧|从广州赶来的|新疆的朋友在吗
东北这边下雪了❄️|我在火车上听|边写作业边听，别告诉我妈|明天还播吗|几点下播呀|周末加播一场吧|哈哈哈哈哈笑死我了|hhh 又忘词了|没事没事，再来一遍|气息好稳|唱得我都想家了
前奏一响就知道|这个版本第一次听|比原唱还有味道|能不能唱粤语歌|粤语发音好标准|来首民谣吧|民谣太适合你了|弹唱都会，厉害|吉他什么牌子的|琴弦该换了吧|调一下音再唱
@小北 你也在啊|谢谢小北姐的小心心|欢迎新来的朋友|给主播点点赞❤️❤️|赞到十万唱情歌|关注不迷路|粉丝团走一波|灯牌已点亮|老粉签到|签到签到|打卡第32天
打卡第100天！|三年老粉了|从第一场看到现在|去年这时候你还在租房唱|越来越好了|为你高兴|加油加油💪|主播加油|今天穿得好看|毛衣链接有吗|头发剪短了？|短发精神
耳机推荐一下|声卡多少钱|用的什么软件|伴奏有点吵|伴奏小一点就好了|人声再大一点|现在刚刚好|网卡了一下|我这边不卡|画面好清楚|换个镜头看看|猫呢？想看猫
猫又上键盘了😂|这猫叫什么|它叫汤圆|汤圆好胖哈哈|汤圆比上个月又圆了|狗呢狗呢|今天怎么没见小狗|小狗去洗澡了|唱完讲个故事吧|上次那个故事还没讲完|接着讲呀|然后呢然后呢
不会吧真的假的|原来是这样|我也遇到过|房租又涨了😭|打工人打工魂|老板不在偷偷看|加班中，陪我一下|困了困了|晚安各位|我先睡了，明早六点起|睡前听一首最舒服
做饭的时候放着听|刚做完饭，开吃|今晚吃火锅🍲|火锅配什么歌|长沙的夜宵绝了|奶茶到了|减肥的别看|我胖了八斤|666|6666666|牛啊牛啊|太强了吧|这转音绝了
假声也好听|副歌再来一次|最后一句唱哭我|眼泪止不住😢|想起前任了|单身的举手🙋|我失恋了唱首歌吧|会好起来的|抱抱|祝大家新年快乐|新的一年发大财💰|红包呢|红包雨什么时候
没抢到啊|手慢无|网速不行|下次一定|这歌单谁有|歌单求分享|收藏了|循环一整天|已经单曲循环了|录屏了嘿嘿|能下载吗|什么时候出新歌|新歌名字想好没|词是自己写的吗
曲子好抓耳|编曲是谁|鼓点再重一点|现场一定更好听|啥时候来成都|成都的举个手|想看现场|票价别太贵哈|学生党哭了|作业写完了|考试周还在听，我完了|老师说我上课哼歌
这弹幕好热闹|第200条是我|房管辛苦了|别刷屏啦|好好听歌|不要带节奏|尊重一下主播|互相理解|都是一家人|爱了爱了|一人血书求安可|安可！|好听到耳朵怀孕|宝藏主播
终于等到你|来晚了来晚了|错过了什么|前面唱了啥|可以看回放吗|回放在哪看|1
`
	.split(/[|\n]/)
	.filter((line) => line !== "");

/** Moments of the broadcast: the minute, its lines, and what else it brings. */
const planted = [
	{ at: 20, messages: 90, lines: "停电了？|怎么黑屏了|停电也要唱啊|点蜡烛唱🕯️|停电现场，绝了" },
	{ at: 45, messages: 14, diamonds: 4_000, lines: "谢谢大哥的嘉年华|嘉年华！🎆|大哥威武|看傻了" },
	{ at: 60, messages: 80, lines: "求婚了！！|真的求婚？|嫁给他嫁给他💍|求婚成功恭喜|求婚现场我见证" },
	{ at: 80, messages: 14, likes: 2_000, lines: "点赞点赞|手指都酸了|冲十万赞" },
	{ at: 95, messages: 14, lines: "汤圆打翻了鱼缸|鱼缸没事吧|鱼缸🐟🐟|鱼缸碎了？|快救鱼缸里的鱼|心疼鱼缸" },
	{ at: 110, messages: 85, lines: "破纪录了|在线破纪录啦🎉|破纪录必须庆祝|恭喜破纪录|见证破纪录" },
].map((one) => ({ ...one, lines: one.lines.split("|") }));

/** Plays the broadcast: everybody writes something else each time, and a planted minute mostly its own lines. */
function play() {
	const tally = new WordTally();
	const points: SeriesPoint[] = [];
	let next = 0;
	for (let i = 0; i < 120; i++) {
		const moment = planted.find(({ at }) => at === i);
		const messages = moment?.messages ?? 12 + ((i * 7) % 5);
		for (let n = 0; n < messages; n++) {
			const own = moment && n % 4 !== 3 ? moment.lines : undefined;
			const line = own ? own[n % own.length] : usual[next++ % usual.length];
			tally.add(start + i * minute + n * 100, `p${(i * 31 + n) % 400}`, line ?? "");
		}
		const likes = 100 + ((i * 13) % 40) + (moment?.likes ?? 0);
		const diamonds = (i % 3) * 10 + (moment?.diamonds ?? 0);
		const counts = { chat: messages, like: 4, ...(diamonds > 0 && { gift: 1 }) };
		points.push({ at: start + i * minute, messages: counts, viewers: 900, peakViewers: 950, likes, diamonds });
	}
	return { tally, points };
}

/** Words that mean nothing by themselves, as they occur in the chat above. */
const meaningless =
	"今天 明天 今晚 现在 上次 下次 第一次 一次 几点 想看 想听 也在 也要 不在 什么 怎么 我们 这个 那个 首歌 一下 一遍 一点 没事 时候".split(
		" ",
	);

test("finds planted moments of a Chinese chat, and its words", () => {
	const lines = new Set([...usual, ...planted.flatMap(({ lines }) => lines)]);
	expect(lines.size).toBeGreaterThanOrEqual(200);
	const { tally, points } = play();
	const found = highlightsOf(points, { newWords: tally.newWords() });
	const at = found.map(({ from }) => (from - start) / minute);
	for (const moment of planted) expect(at).toContain(moment.at);
	expect(found.length).toBeLessThanOrEqual(planted.length + 2);
	const firstWords = found.flatMap(({ words: [first] }) => first?.word ?? []);
	expect(firstWords).toEqual(["停电", "嘉年华", "求婚", "鱼缸", "破纪录"]);
	const words = tally.words(60).map(({ word }) => word);
	expect(words.slice(0, 6).toSorted()).toEqual(["主播", "停电", "汤圆", "求婚", "现场", "破纪录"].toSorted());
	for (const topic of ["吉他", "打卡", "民谣", "粤语", "火锅", "小狗", "666"]) expect(words).toContain(topic);
	expect(words.filter((word) => meaningless.includes(word))).toEqual([]);
	// Neither characters alone, nor grammar at either end, nor pieces of emoji and numbers.
	expect(words.filter((word) => /^.$|^[的了吗呢也第]|[的了吗呢吧呀啊嘛第]$|[^\p{Script=Han}\w]/u.test(word))).toEqual(
		[],
	);
});
