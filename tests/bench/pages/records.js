// What every contender stores: records of 25 fields and 1.2 kB, as a street writes them. Drawn from their number, so
// that every run and every contender has the same.
'use strict';

const WORDS = ('项目 园区 建设 生产线 智能 制造 设备 厂房 改造 升级 开工 竣工 投产 审批 用地 环评 资金 贷款 企业 电子 ' +
    '软件 物流 医药 新材料 光电 纺织 食品 冷链 码头 道路 管网 绿化 安置 拆迁 征收 招商 签约 落地 推进 协调 ' +
    '解决 困难 走访 座谈 街道 社区 片区 地块 主体 封顶 装修 验收 运营 纳税 就业 产值 增速 同比 环比 完成 ' +
    '计划 投资 亿元 进度').split(' ');
const CHOICES = ['在建', '新开工', '前期', '竣工', '鼓东街道', '鼓西街道', '温泉街道', '东街街道', '是', '否'];
const FIELDS = 25;

function dice(number) {
    let state = (number * 2654435761 + 12345) >>> 0;
    return (limit) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor(state / 4294967296 * limit);
    };
}

/// The fields of a record: names and texts.
function fieldsOf(number) {
    const draw = dice(number);
    const phrase = (count) => Array.from({ length: count }, () => WORDS[draw(WORDS.length)]).join('');
    const kinds = [
        () => `${phrase(7)}项目${number}`,
        () => CHOICES[draw(CHOICES.length)],
        () => `${draw(100000)}.${draw(90) + 10}`,
        () => `2021-${String(draw(12) + 1).padStart(2, '0')}-${String(draw(28) + 1).padStart(2, '0')}`,
        () => phrase(15),
    ];
    return Array.from({ length: FIELDS }, (_, place) => [`field_${place}`, kinds[place % kinds.length]()]);
}

/// Records from a number on.
function recordsFrom(first, count) {
    return Array.from({ length: count }, (_, place) => {
        const number = first + place;
        return { id: `record-${String(number).padStart(9, '0')}`, number, fields: fieldsOf(number) };
    });
}
