//! The words that projects, enterprises and reports are made of. Places are Fuzhou's; firms are invented.

use shared::project::Category;

/// What a project builds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Theme {
    /// Ends the project's name.
    pub(super) name: &'static str,
    /// 行业代码.
    pub(super) sector: &'static str,
    /// 提升工程.
    pub(super) programme: &'static str,
    /// What is built, for 建设内容.
    pub(super) works: &'static str,
}

const fn theme(name: &'static str, sector: &'static str, programme: &'static str, works: &'static str) -> Theme {
    Theme { name, sector, programme, works }
}

const INVESTMENT: &str = "investment_promotion";
const INNOVATION: &str = "industry_innovation";
const HERITAGE: &str = "city_heritage";
const GREEN: &str = "ecology_green";
const LIVELIHOOD: &str = "livelihood_safety";

/// Places of each unit, in the order of the units; the units beyond share the last row's.
const PLACES: [&[&str]; 13] = [
    &["鼓东路", "中山路", "井大路", "庆城路", "尚宾路", "鼓屏路"],
    &["鼓西路", "北后街", "达明路", "西洪路", "旧米仓", "湖滨路"],
    &["温泉公园", "五四路", "湖东路", "树汤路", "金汤", "东大路北"],
    &["东街口", "东大路", "秀冶里", "军门", "旗汛口", "津门路"],
    &["南后街", "光禄坊", "杨桥路", "衣锦坊", "加洋路", "白马北路"],
    &["安泰河", "朱紫坊", "津泰路", "乌山路", "圣庙路", "道山路"],
    &["华林路", "北环中路", "屏山", "思儿亭", "龙峰", "琴亭路"],
    &["五一中路", "古田路", "水部门", "六一中路", "建华", "福新路"],
    &["五凤山", "铜盘路", "梅峰", "软件大道北", "福飞路", "左海西"],
    &["洪山桥", "洪甘路", "黎明湖", "工业路", "金牛山", "福三路"],
    &["软件园A区", "软件园B区", "软件园C区", "软件园F区", "软件园G区", "软件大道"],
    &["洪山园", "杨桥西路", "工业路西", "福屿", "祥坂", "凤湖"],
    &["鼓楼", "西湖", "左海", "屏东", "乌山", "于山", "斗池"],
];

/// First half of the names of invented firms.
const BRAND_HEADS: [&str; 16] =
    ["榕", "闽", "恒", "瀚", "屏", "鼎", "朗", "云", "启", "泓", "锦", "臻", "博", "汇", "润", "卓"];

/// Second half.
const BRAND_TAILS: [&str; 13] = ["晟", "曜", "麓", "川", "澜", "屿", "岫", "岚", "澄", "景", "桁", "佑", "垣"];

const SERVICES: [Theme; 17] = [
    theme("文创总部", "L7291", INVESTMENT, "文创办公、展示交流与版权服务用房"),
    theme("商务酒店更新", "H6110", HERITAGE, "客房、会议与餐饮用房的翻新及消防改造"),
    theme("供应链总部", "F5199", INVESTMENT, "供应链结算中心、展示厅与办公用房"),
    theme("康养中心", "Q8514", LIVELIHOOD, "康复、护理与健康管理用房"),
    theme("沉浸式文旅街区", "N7869", HERITAGE, "古厝活化、夜间演艺与特色餐饮业态"),
    theme("金融服务中心", "J6940", INVESTMENT, "金融服务大厅、路演中心与数据机房"),
    theme("人力资源产业园", "L7263", INVESTMENT, "招聘大厅、培训教室与共享办公空间"),
    theme("新零售旗舰店群", "F5211", INVESTMENT, "旗舰门店、前置仓与直播基地"),
    theme("冷链配送中心", "G5990", INVESTMENT, "冷库、分拣线与配送调度中心"),
    theme("商业综合体改造", "F5211", HERITAGE, "商业空间改造、外立面更新与停车扩容"),
    theme("温泉度假酒店", "H6110", HERITAGE, "温泉汤院、客房与配套餐饮设施"),
    theme("会展服务中心", "L7281", INVESTMENT, "展厅、会议室与会务配套用房"),
    theme("医疗美容医院", "Q8415", LIVELIHOOD, "门诊、手术与康复用房及医疗设备"),
    theme("体育健身中心", "R8930", LIVELIHOOD, "室内场馆、泳池与健身配套用房"),
    theme("跨境电商基地", "F5193", INVESTMENT, "选品中心、保税展示与电商孵化空间"),
    theme("建筑设计总部", "M7484", INVESTMENT, "设计办公、模型展示与技术研发用房"),
    theme("古厝民宿群", "H6130", HERITAGE, "古厝修缮、民宿客房与公共庭院"),
];

const SERVICES_EMERGING: [Theme; 7] = [
    theme("检验检测中心", "M7452", INNOVATION, "检测实验室、样品库与检测设备"),
    theme("工业设计研发中心", "M7491", INNOVATION, "设计工坊、打样车间与研发用房"),
    theme("新能源运营总部", "M7516", INNOVATION, "运营调度中心、充换电示范站与研发用房"),
    theme("生物医药研发平台", "M7340", INNOVATION, "实验室、中试平台与仪器设备"),
    theme("节能环保服务中心", "M7514", INNOVATION, "能耗监测平台、诊断中心与办公用房"),
    theme("数字创意产业园", "L7251", INNOVATION, "创意工作室、影视制作棚与孵化空间"),
    theme("技术转移中心", "M7530", INNOVATION, "成果展示厅、路演中心与转化孵化用房"),
];

const DIGITAL: [Theme; 11] = [
    theme("工业互联网平台", "I6532", INNOVATION, "平台软件、边缘节点与研发用房"),
    theme("区块链专区节点", "I6450", INNOVATION, "节点机房、可信存证平台与开发环境"),
    theme("鲲鹏适配中心", "I6513", INNOVATION, "适配实验室、测试环境与软件移植平台"),
    theme("大数据中心", "I6450", INNOVATION, "模块化机房、算力集群与运维中心"),
    theme("智慧城市软件基地", "I6513", INNOVATION, "研发用房、演示中心与测试环境"),
    theme("人工智能实验室", "I6519", INNOVATION, "算力平台、标注中心与算法实验室"),
    theme("数字政务云", "I6450", INNOVATION, "政务云资源池、容灾节点与安全平台"),
    theme("网络安全产业中心", "I6531", INNOVATION, "攻防靶场、监测平台与培训用房"),
    theme("卫星应用平台", "I6571", INNOVATION, "数据接收处理系统与行业应用软件"),
    theme("数字文旅平台", "I6572", INNOVATION, "古厝数字化采集、内容平台与体验厅"),
    theme("物联网传感平台", "I6531", INNOVATION, "传感网络、接入平台与展示中心"),
];

const INDUSTRY: [Theme; 7] = [
    theme("光电芯片封测线", "C3976", INNOVATION, "洁净车间、封装测试线与检测设备"),
    theme("智能终端生产线", "C3919", INNOVATION, "装配车间、贴片线与老化测试设备"),
    theme("医疗器械制造", "C3581", INNOVATION, "净化车间、生产线与检验实验室"),
    theme("新能源电控设备", "C3823", INNOVATION, "装配线、试验台与仓储用房"),
    theme("光通信模块扩产", "C3921", INNOVATION, "生产线扩建、测试仪器与动力设施"),
    theme("精密仪器制造", "C4014", INNOVATION, "恒温车间、加工中心与计量设备"),
    theme("环保新材料中试", "C2651", INNOVATION, "中试车间、反应装置与分析仪器"),
];

const LIVELIHOOD_OF_STREETS: [Theme; 7] = [
    theme("老旧小区改造", "E4790", HERITAGE, "雨污管网、外立面、道路与公共照明改造"),
    theme("社区服务中心", "Q8512", LIVELIHOOD, "便民服务、日间照料与文体活动用房"),
    theme("口袋公园", "N7850", GREEN, "绿化、步道、健身设施与夜景照明"),
    theme("农贸市场升级", "F5220", LIVELIHOOD, "摊位、冷藏、检测室与排污设施改造"),
    theme("内河步道", "N7610", GREEN, "河岸整治、步道贯通与截污纳管"),
    theme("停车综合体", "G5449", LIVELIHOOD, "立体停车、充电桩与智能管理系统"),
    theme("旧屋区改造", "E4790", HERITAGE, "房屋修缮、管网下地与消防通道整治"),
];

/// Livelihood themes of departments, by the unit's place from 区教育局 on.
const LIVELIHOOD_OF_DEPARTMENTS: [&[Theme]; 7] = [
    &[
        theme("小学新建校舍", "P8321", LIVELIHOOD, "教学楼、风雨操场与地下停车库"),
        theme("幼儿园扩建", "P8310", LIVELIHOOD, "活动室、音体室与户外活动场地"),
        theme("中学教学楼", "P8331", LIVELIHOOD, "教学楼、实验室与运动场地"),
        theme("校园食堂及宿舍", "P8321", LIVELIHOOD, "食堂、教师宿舍与配套管网"),
    ],
    &[
        theme("社区卫生服务中心", "Q8421", LIVELIHOOD, "门诊、预防接种与康复用房"),
        theme("康复医院", "Q8416", LIVELIHOOD, "康复病房、治疗大厅与医疗设备"),
        theme("护理院改扩建", "Q8411", LIVELIHOOD, "护理床位、康复用房与信息系统"),
        theme("疾控检测实验室", "Q8431", LIVELIHOOD, "核酸检测实验室、冷库与应急仓库"),
    ],
    &[
        theme("道路提升改造", "E4813", HERITAGE, "路面、人行道、管线下地与景观绿化"),
        theme("老旧小区连片整治", "E4790", HERITAGE, "外立面、雨污分流与公共空间整治"),
        theme("排水管网改造", "E4852", GREEN, "雨污分流管网、泵站与检查井"),
        theme("历史建筑修缮", "E4710", HERITAGE, "古厝本体修缮、消防与周边环境整治"),
        theme("地下空间改造", "E4710", LIVELIHOOD, "地下停车、人防与连通道改造"),
    ],
    &[
        theme("公园提质", "N7850", GREEN, "绿化、园路、驿站与夜景照明"),
        theme("环卫综合体", "N7820", GREEN, "垃圾转运、分类展示与车辆停放用房"),
        theme("夜景照明提升", "N7810", HERITAGE, "楼体照明、控制系统与供配电"),
        theme("公厕及驿站建设", "N7820", LIVELIHOOD, "公厕、环卫驿站与无障碍设施"),
    ],
    &[
        theme("养老服务中心", "Q8514", LIVELIHOOD, "养老床位、康复用房与助餐厨房"),
        theme("长者食堂", "Q8521", LIVELIHOOD, "中央厨房、就餐点与配送设备"),
    ],
    &[
        theme("文化馆新馆", "R8870", HERITAGE, "展厅、排练厅与非遗传习用房"),
        theme("古厝展示馆", "R8850", HERITAGE, "古厝修缮、布展与数字导览系统"),
        theme("全民健身中心", "R8930", LIVELIHOOD, "球馆、泳池与健身步道"),
    ],
    &[
        theme("内河水质提升", "N7721", GREEN, "清淤、生态补水与水质监测站"),
        theme("入河排污口整治", "N7721", GREEN, "截污纳管、溯源监测与在线设备"),
    ],
];

/// The places of a unit.
pub(super) fn places(unit: usize) -> &'static [&'static str] {
    PLACES.get(unit.min(PLACES.len() - 1)).copied().unwrap_or_default()
}

/// The themes of a unit's projects of a category.
pub(super) fn themes(unit: usize, category: Category, emerging: bool) -> &'static [Theme] {
    match category {
        Category::Industry => &INDUSTRY,
        Category::Services if emerging => &SERVICES_EMERGING,
        Category::Services => &SERVICES,
        Category::Digital => &DIGITAL,
        Category::EcologyLivelihood => unit
            .checked_sub(16)
            .and_then(|place| LIVELIHOOD_OF_DEPARTMENTS.get(place))
            .copied()
            .unwrap_or(&LIVELIHOOD_OF_STREETS),
    }
}

/// The name of an invented firm; the first 208 are different.
pub(super) fn brand(number: usize) -> String {
    // 16 and 13 have no common divisor: head and tail meet in every combination before one repeats.
    let head = BRAND_HEADS.get(number % BRAND_HEADS.len()).copied().unwrap_or_default();
    let tail = BRAND_TAILS.get(number % BRAND_TAILS.len()).copied().unwrap_or_default();
    format!("{head}{tail}")
}
