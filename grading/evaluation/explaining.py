"""Why a customer has its grade: everything that is published of it, and the orders behind, in one place and two languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from grading.database import BUILD, PUBLISHED, literal
from grading.errors import BadInput, plain

MOST_ORDERS = 20
WORDS = {
    "record": ("Record", "档案"),
    "sources": ("Source records", "来源记录"),
    "attributes": ("Attributes, and which source they come from", "属性及其来源"),
    "inputs": ("What was measured", "测量值"),
    "classes": ("Classes, and the rules behind them", "分类及其规则"),
    "score": ("Overall score", "综合得分"),
    "risk": ("Risk", "风险"),
    "reasons": ("Reasons", "评定依据"),
    "satisfaction": ("What it says of us", "满意度反馈"),
    "actions": ("What is due", "待办行动"),
    "why": ("why", "依据"),
    "due": ("due", "到期"),
    "brings": ("may bring (assumed)", "预期价值(假设)"),
    "next": ("Next step", "下一步"),
    "missing_for": ("missing for {tier}", "距{tier}还差"),
    "drops": ("falls below its tier without a purchase on", "若不再购买,跌出本层的日期"),
    "products": ("What it may want next", "推荐产品"),
    "survey": ("answer of {date}", "{date}的反馈"),
    "tickets": ("open cases", "未结工单"),
    "orders": ("Purchases, the latest first", "购买记录（按时间倒序）"),
    "earlier": ("earlier ones", "更早的购买"),
    "lacks": ("What is not known", "缺少的信息"),
    "customer_id": ("customer", "客户"),
    "name": ("name", "名称"),
    "kind": ("kind", "类型"),
    "market": ("market", "市场"),
    "as_of": ("as of", "统计基准日"),
    "version": ("criteria", "评定标准版本"),
    "rank": ("rank", "排名"),
    "of_all": ("of all", "全部"),
    "of_kind": ("of its kind", "同类"),
    "of_market": ("of its market", "同市场"),
    "of_industry": ("of its industry", "同行业"),
    "of_tier": ("of its tier", "同层"),
    "orders_n": ("orders", "订单数"),
    "days": ("purchase days", "购买天数"),
    "net": ("net sales", "净销售额"),
    "net_365": ("net sales of 365 days", "近365天净销售额"),
    "recency": ("days since the last purchase", "最近购买间隔(天)"),
    "tenure": ("days since the first purchase", "首次购买距今(天)"),
    "lateness": ("lateness against the usual gap", "相对平常周期的倍数"),
    "expected_next": ("next order expected", "预计下次下单"),
    "alive": ("probability alive", "仍为客户的概率"),
    "clv": ("customer lifetime value, 12 months", "客户终身价值(12个月)"),
    "interval": ("interval", "区间"),
    "stage": ("lifecycle", "生命周期"),
    "tier": ("value tier", "价值分层"),
    "cut": ("lowest of the tier", "该层最低值"),
    "own": ("own", "本客户"),
    "segment": ("RFM segment", "RFM分群"),
    "type": ("type", "客户类型"),
    "loyalty": ("loyalty", "忠诚度"),
    "points": ("of 100", "分(满分100)"),
    "programme": ("Loyalty programme", "会员计划"),
    "simulated": ("simulated from orders: no programme was landed", "由订单模拟：未接入会员计划"),
    "level": ("level", "会员等级"),
    "growth": ("growth", "成长值"),
    "to_level": ("missing for {level}", "距{level}还差"),
    "balance": ("points", "积分"),
    "expiring": ("expire within 30 days", "30天内到期"),
    "care": ("next day to think of it", "下一个关怀日"),
    "is_so": ("yes", "是"),
    "not_so": ("no", "否"),
    "from": ("from", "起"),
    "grade": ("grade", "等级"),
    "bands": ("from score", "得分不低于"),
    "shrinkage": ("drawn towards both kinds", "向两类总体收缩"),
    "cap": ("capped by", "封顶"),
    "weight": ("weight", "权重"),
    "contributes": ("contributes", "贡献"),
    "missing": ("not known, counts as 50", "未知,按50分计"),
    "confidence": ("confidence", "评定可信度"),
    "bound": ("bound", "界限"),
    "exposure": ("exposure", "风险敞口"),
    "overdue": ("overdue", "逾期金额"),
    "limit": ("credit limit", "信用额度"),
    "none": ("none", "无"),
    "history_only": (
        "Of a month end only what history keeps is known: reasons, ranks, contributions, triggers and records are of today.",
        "月末只保留历史列:评定依据、排名、贡献、触发项和档案仅有当前值。",
    ),
    "for": ("+", "+"),
    "against": ("-", "-"),
    "note": ("·", "·"),
}

ATTRIBUTES = {
    "country": ("country", "国家/地区"),
    "region": ("region", "省/州"),
    "city": ("city", "城市"),
    "industry": ("industry", "行业"),
    "employee_count": ("employees", "员工数"),
    "acquisition_channel": ("acquisition channel", "获客渠道"),
    "account_owner": ("owner", "负责人"),
    "currency": ("currency", "币种"),
}
# The value that survives of an attribute, and the source that it comes from: the same order as int_customer_attributes.
ATTRIBUTE = """
    (select '{name}', cast(versions.{name} as varchar), versions.source_system
    from build.intermediate.int_customer_versions as versions
    join build.intermediate.int_records_resolved as records using (record_key)
    left join build.seeds.source_settings as settings on settings.source_system = versions.source_system
    where 'C' || printf('%015x', records.customer_key) = $1 and versions.valid_from <= $2 and versions.valid_to > $2
        and versions.{name} is not null
    order by coalesce(settings.priority, 0) desc, versions.updated_at desc nulls last, versions.record_key
    limit 1)
"""
SEGMENT = """
    select rules.rule_{language}
    from build.intermediate.int_rfm_cells as cells
    join rfm_segment_rules as rules using (criteria_version, rule_position)
    where cells.criteria_version = $1 and rules.customer_kind = $2 and concat(cells.r_score, cells.f_score, cells.m_score) = $3
"""
SOURCES = """
    select source_system, customer_ref, match_rule, match_confidence from customer_records where customer_id = $1 order by 1, 2
"""
CUT = """
    select rule_value from criteria
    where criteria_version = $1 and customer_kind = $2 and rule_family = 'score_cut' and rule_name = $3
"""
TIER = """
    with tiers as (select customer_key, value_tier, customer_kind, tier_value_amount from build.intermediate.int_grades_now)
    select own.tier_value_amount as own, (
        select min(tier_value_amount) from tiers
        where tiers.value_tier = own.value_tier and tiers.customer_kind = own.customer_kind and tiers.tier_value_amount is not null
    ) as cut
    from tiers as own where 'C' || printf('%015x', own.customer_key) = $1
"""
TRIGGERS = """
    select trigger_en, trigger_zh, measure, trigger_value, trigger_bound
    from customer_risk_triggers where customer_id = $1 order by trigger_code
"""
RANKS = (
    ("of_all", "overall_rank"),
    ("of_kind", "kind_rank"),
    ("of_market", "market_rank"),
    ("of_industry", "industry_rank"),
    ("of_tier", "tier_rank"),
)


@dataclass
class Explanation:
    """Sections in reading order, each a title and lines of (what, value); `head` says in a line whose they are."""

    head: dict[str, str] = field(default_factory=dict)
    sections: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)


class Explainer:
    """Reads a release and its private build; what is not published is left out unless `is_private`."""

    def __init__(self, release: Path, language: str, *, is_private: bool = True) -> None:
        self.is_private = is_private
        self.language = 1 if language == "zh" else 0
        self.database = duckdb.connect()
        self.database.execute(f"attach {literal(release / PUBLISHED)} as published (read_only)")
        self.database.execute(f"attach {literal(release / BUILD)} as build (read_only)")
        self.database.execute("use published.marts")
        self.labels = {
            (family, code): (english, chinese)
            for family, code, english, chinese in self.rows(
                "select class_family, code, label_en, label_zh from class_labels"
            )
        }

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        return self.database.execute(query, list(values) or None).fetchall()

    def one(self, query: str, *values: Any) -> dict[str, Any]:
        """The one row of a query by column; empty if there is none."""
        cursor = self.database.execute(query, list(values) or None)
        names, row = [column[0] for column in cursor.description or ()], cursor.fetchone()
        return dict(zip(names, row, strict=True)) if row else {}

    def word(self, key: str) -> str:
        """A word of ours in the language."""
        return WORDS[key][self.language]

    def label(self, family: str, code: str | None) -> str:
        """The label of a class in the language."""
        return self.word("none") if code is None else self.labels.get((family, code), (code, code))[self.language]

    def find(self, text: str) -> str:
        """The customer_id of an id, a source ref or a hashed ref. Raises BadInput if there is none, or more than one."""
        found = [row[0] for row in self.rows("select customer_id from customers where customer_id = $1", text)]
        found = found or [
            row[0]
            for row in self.rows(
                "select customer_id from customer_records where customer_ref = $1 union "
                "select 'C' || printf('%015x', customer_key) from build.intermediate.int_records_resolved where customer_ref = $1",
                text,
            )
        ]
        if not found:
            raise BadInput(
                f"No customer has the id or the reference {plain(text)}; marts.customer_records lists them, marts.customers the names "
                "of organisations."
            )
        if len(found) > 1:
            raise BadInput(
                f"Several customers have the reference {plain(text)}: {', '.join(sorted(found))}; give one of these ids."
            )
        return str(found[0])

    def explain(self, customer: str, as_of: date | None = None) -> Explanation:
        """Everything of a customer; of a month end what history keeps."""
        customer_id = self.find(customer)
        grade = self.one("from customer_grades where customer_id = $1", customer_id)
        explanation = Explanation()
        if not grade:
            raise BadInput(
                f"{customer_id} is not graded: a channel partner, a test record, or a lead that was converted."
            )
        if as_of is not None and as_of != grade["as_of_date"]:
            explanation.head = {"customer_id": customer_id, "name": "", "grade": "", "line": f"{customer_id} · {as_of}"}
            self._past(explanation, customer_id, as_of)
            return explanation
        self._record(explanation, customer_id, grade)
        self._measures(explanation, grade)
        self._classes(explanation, grade)
        self._score(explanation, customer_id, grade)
        self._risk(explanation, customer_id, grade)
        reasons = self.rows(
            "select direction, reason_en, reason_zh from customer_grade_reasons where customer_id = $1 order by position",
            customer_id,
        )
        self._add(
            explanation, "reasons",
            [(self.word(row[0]), row[1 + self.language]) for row in reasons],
        )  # fmt: skip
        self._programme(explanation, customer_id)
        self._what_to_do(explanation, customer_id)
        orders = self.rows(
            "select order_date, source_system || ' ' || order_ref, net_amount from orders where customer_id = $1 and is_purchase "
            "order by order_date desc, 2", customer_id,
        )  # fmt: skip
        lines = [(f"{row[0]}", f"{row[1]}: {row[2]:,.2f}") for row in orders[:MOST_ORDERS]]
        if rest := orders[MOST_ORDERS:]:
            lines.append((self.word("earlier"), f"{len(rest)}: {sum(row[2] for row in rest):,.2f}"))
        self._add(explanation, "orders", lines)
        return explanation

    def _add(self, explanation: Explanation, title: str, lines: list[tuple[str, str]]) -> None:
        if lines:
            explanation.sections.append((self.word(title), lines))

    def _name(self, customer: dict[str, Any]) -> str:
        """As it is published; of persons, where not all may see it, nothing."""
        if not self.is_private and customer["customer_kind"] == "person":
            return ""
        return plain(customer["display_name"] or "")

    def _record(self, explanation: Explanation, customer_id: str, grade: dict[str, Any]) -> None:
        customer = self.one("from customers where customer_id = $1", customer_id)
        rank = self.one("from customer_rankings where customer_id = $1", customer_id)
        ranks = ", ".join(f"{self.word(name)} {rank[column]:,}" for name, column in RANKS)
        self._add(explanation, "record", [
            (self.word("customer_id"), customer_id),
            (self.word("name"), self._name(customer)),
            (self.word("kind"), self.label("customer_kind", customer["customer_kind"])),
            (self.word("market"), self.label("market", customer["market"])),
            (self.word("as_of"), f"{grade['as_of_date']}"),
            (self.word("version"), grade["criteria_version"]),
            (self.word("rank"), ranks),
        ])  # fmt: skip
        families = ("customer_kind", "value_tier", "lifecycle_stage", "risk_grade")
        words = [self.label(family, grade[family]) for family in families]
        explanation.head = {
            "customer_id": customer_id, "name": self._name(customer), "grade": str(grade["grade"]),
            "line": " · ".join([customer_id, *words, f"{grade['as_of_date']}"]),
        }  # fmt: skip
        if not self.is_private:
            return
        self._add(explanation, "sources", [
            (row[0], f"{plain(row[1])}  ({self.label('match_rule', row[2])}, {row[3]:.2f})")
            for row in self.rows(SOURCES, customer_id)
        ])  # fmt: skip
        query = " union all ".join(ATTRIBUTE.format(name=name) for name in ATTRIBUTES)
        chosen = self.rows(query, customer_id, grade["as_of_date"])
        lines = []
        for name, value, source in chosen:
            said = self.label("industry", value) if name == "industry" else plain(value)
            lines.append((ATTRIBUTES[name][self.language], f"{said}  ({source})"))
        self._add(explanation, "attributes", lines)

    def _what_to_do(self, explanation: Explanation, customer_id: str) -> None:
        answers = self.rows(
            "select responded_date, survey, score, nps_class from survey_answers where customer_id = $1 "
            "order by responded_date desc, 2 limit 5",
            customer_id,
        )
        lines = [
            (
                self.word("survey").format(date=day),
                f"{survey.upper()} {float(score):g}" + (f" ({self.label('nps_class', kind)})" if kind else ""),
            )
            for day, survey, score, kind in answers
        ]
        open_count = self.rows(
            "select count(*) from tickets where customer_id = $1 and resolved_at is null", customer_id
        )[0][0]
        self._add(
            explanation, "satisfaction", lines + ([(self.word("tickets"), f"{open_count}")] if open_count else [])
        )
        action = self.one("from customer_actions where customer_id = $1", customer_id)
        if action:
            suffix = ("en", "zh")[self.language]
            channel = self.label("action_channel", action["channel"])
            self._add(explanation, "actions", [
                (action[f"action_{suffix}"],
                 f"{self.label('action_status', action['status'])}, {channel}, {self.word('due')} {action['due_date']}"),
                (self.word("why"), action[f"reason_{suffix}"]),
                (self.word("brings"), f"{action['expected_value_amount']:,.2f}"),
            ])  # fmt: skip
        step = self.one("from customer_next_steps where customer_id = $1", customer_id)
        lines = []
        if step.get("next_tier"):
            tier = self.label("value_tier", step["next_tier"])
            orders = f" ({step['gap_order_count']} {self.word('orders_n')})" if step["gap_order_count"] else ""
            lines.append((self.word("missing_for").format(tier=tier), f"{step['gap_amount']:,.2f}{orders}"))
        if step.get("tier_drop_date"):
            lines.append((self.word("drops"), f"{step['tier_drop_date']}"))
        self._add(explanation, "next", lines)
        products = self.rows(
            "select product_ref, reason_en, reason_zh from next_products where customer_id = $1 order by position",
            customer_id,
        )
        self._add(explanation, "products", [(plain(row[0]), plain(row[1 + self.language])) for row in products])

    def _measures(self, explanation: Explanation, grade: dict[str, Any]) -> None:
        lines = [
            (self.word("orders_n"), f"{grade['order_count']:,}"),
            (self.word("days"), f"{grade['purchase_days']:,}"),
            (self.word("net"), f"{grade['net_amount']:,.2f}"),
            (self.word("net_365"), f"{grade['net_amount_365d']:,.2f}"),
        ]
        for key, column in (
            ("recency", "recency_days"),
            ("tenure", "tenure_days"),
            ("expected_next", "expected_next_order_date"),
            ("alive", "probability_alive"),
        ):
            if grade[column] is not None:
                lines.append((self.word(key), f"{grade[column]}"))
        if grade["lateness_ratio"] is not None:
            lines.append((self.word("lateness"), f"{grade['lateness_ratio']:.2f}"))
        if grade["clv_amount"] is not None:
            lines.append((
                self.word("clv"),
                f"{grade['clv_amount']:,.2f}  ({self.word('interval')} {grade['clv_low_amount']:,.2f} - {grade['clv_high_amount']:,.2f}; "
                f"{self.label('clv_method', grade['clv_method'])})",
            ))  # fmt: skip
        self._add(explanation, "inputs", lines)

    def _classes(self, explanation: Explanation, grade: dict[str, Any]) -> None:
        kind, version = grade["customer_kind"], grade["criteria_version"]
        definition = self.rows(
            "select definition_en, definition_zh from class_labels where class_family = 'lifecycle_stage' and code = $1",
            grade["lifecycle_stage"],
        )[0]
        lines = [
            (
                self.word("stage"),
                f"{self.label('lifecycle_stage', grade['lifecycle_stage'])}  ({definition[self.language]})",
            )
        ]
        if grade["r_score"] is not None:
            for letter, measure, word in (("R", "recency_days", "recency"), ("F", "rfm_purchase_days", "days")):
                bound = self.rows(
                    CUT,
                    version, kind, f"{measure} score {grade[f'{letter.lower()}_score']}",
                )  # fmt: skip
                least = f"{self.word('from')} {float(bound[0][0]):g}"
                score = grade[f"{letter.lower()}_score"]
                lines.append((letter, f"{score}  ({self.word(word)} {grade[measure]}, {least})"))
            lines.append(("M", f"{grade['m_score']}  ({grade['rfm_net_amount']:,.2f})"))
        rule = self.rows(SEGMENT.format(language=("en", "zh")[self.language]), version, kind, grade["rfm_cell"])
        behind = f"  ({rule[0][0]})" if rule else ""
        lines.append((self.word("segment"), self.label("rfm_segment", grade["rfm_segment"]) + behind))
        values = self.one(
            TIER, grade["customer_id"],
        )  # fmt: skip
        behind = ""
        if values.get("own") is not None:
            basis = self.label("value_basis", grade["value_basis"])
            behind = f"  ({basis}: {self.word('own')} {values['own']:,.2f}, {self.word('cut')} {values['cut']:,.2f})"
        lines.append((self.word("tier"), self.label("value_tier", grade["value_tier"]) + behind))
        lines.append((self.word("type"), self.label("customer_type", grade["customer_type"])))
        for name in ("value", "potential", "convenience", "problem"):
            if (score := grade[f"{name}_type_score"]) is not None:
                found = self.word("is_so" if grade[f"is_{name}_type"] else "not_so")
                lines.append((f"  {self.label('customer_type', name)}", f"{score:.2f} {self.word('points')}: {found}"))
        if grade["loyalty_score"] is not None:
            lines.append((self.word("loyalty"), f"{grade['loyalty_score']:.2f} {self.word('points')}"))
        self._add(explanation, "classes", lines)

    def _programme(self, explanation: Explanation, customer_id: str) -> None:
        """Points and level of a member; whether they are simulated."""
        member = self.one("from loyalty_members where customer_id = $1", customer_id)
        if not member:
            return
        lines = [("", self.word("simulated"))] if member["is_simulated"] else []
        lines.append((self.word("level"), self.label("loyalty_level", member["loyalty_level"])))
        lines.append((self.word("growth"), f"{member['growth']:,.0f}"))
        if member["next_level"] is not None:
            name = self.label("loyalty_level", member["next_level"])
            lines.append((self.word("to_level").format(level=name), f"{member['points_to_next_level']:,.0f}"))
        expiring = member["points_expiring_30d"]
        soon = f"  ({self.word('expiring')}: {expiring:,.0f})" if expiring else ""
        lines.append((self.word("balance"), f"{member['points_balance']:,.0f}{soon}"))
        if member["next_care_date"] is not None:
            occasion = self.label("care_occasion", member["care_occasion"])
            lines.append((self.word("care"), f"{member['next_care_date']}  {occasion}"))
        self._add(explanation, "programme", lines)

    def _score(self, explanation: Explanation, customer_id: str, grade: dict[str, Any]) -> None:
        rank = self.one("from customer_rankings where customer_id = $1", customer_id)
        build = self.one(
            "from build.intermediate.int_grades_now where 'C' || printf('%015x', customer_key) = $1", customer_id
        )
        lines, lacks = [], []
        for component in ("potential", "history", "influence", "safety"):
            if not build[f"{component}_weight_share"]:
                continue
            missing = f"  ({self.word('missing')})" if build[f"is_{component}_missing"] else ""
            if missing:
                lacks.append((self.label("component", component), self.word("missing")))
            lines.append((
                self.label("component", component),
                f"{grade[f'{component}_score']:.2f}, {self.word('weight')} {build[f'{component}_weight_share']:.1f} %: "
                f"{self.word('contributes')} {rank[f'{component}_contribution']:.4f}{missing}",
            ))  # fmt: skip
        for name in ("shrinkage", "cap"):
            amount: Decimal = rank[f"{name}_contribution"]
            if amount:
                why = ""
                if name == "cap" and grade["gate_code"]:
                    family = (
                        "trigger_code" if ("trigger_code", grade["gate_code"]) in self.labels else "lifecycle_stage"
                    )
                    why = f" {self.label(family, grade['gate_code'])}"
                lines.append((self.word(name) + why, f"{amount:+.4f}"))
        band = self.rows(
            "select rule_value from criteria where criteria_version = $1 and rule_family = 'grade_band' and rule_result = $2",
            grade["criteria_version"], grade["grade"],
        )  # fmt: skip
        lines.append((self.word("score"), f"{grade['overall_score']:.4f}"))
        lines.append((self.word("grade"), f"{grade['grade']}  ({self.word('bands')} {float(band[0][0]):g})"))
        lines.append((self.word("confidence"), f"{grade['grade_confidence']:.0f} / 100"))
        self._add(explanation, "score", lines)
        self._add(explanation, "lacks", lacks)

    def _risk(self, explanation: Explanation, customer_id: str, grade: dict[str, Any]) -> None:
        lines = [
            (
                self.label("risk_grade", grade["risk_grade"]),
                "" if grade["risk_score"] is None else f"{grade['risk_score']:.2f} / 100",
            )
        ]
        for row in self.rows(
            TRIGGERS,
            customer_id,
        ):
            lines.append((row[self.language], f"{row[2]} {float(row[3]):g}, {self.word('bound')} {float(row[4]):g}"))
        aging = self.one("from receivables_aging where customer_id = $1", customer_id)
        if aging:
            overdue = aging["open_amount"] - aging["not_due_amount"]
            lines += [
                (self.word("exposure"), f"{aging['exposure_amount']:,.2f}"),
                (self.word("overdue"), f"{overdue:,.2f}"),
            ]
            if aging["limit_amount"] is not None:
                lines.append((self.word("limit"), f"{aging['limit_amount']:,.2f}"))
        self._add(explanation, "risk", lines)

    def _past(self, explanation: Explanation, customer_id: str, as_of: date) -> None:
        row = self.one("from customer_grade_history where customer_id = $1 and as_of_date = $2", customer_id, as_of)
        if not row:
            dates = ", ".join(
                str(found[0])
                for found in self.rows("select distinct as_of_date from customer_grade_history order by 1")
            )
            raise BadInput(f"{customer_id} has no grade of {as_of}; graded dates are {dates}.")
        families = {
            "lifecycle_stage",
            "rfm_segment",
            "customer_type",
            "value_tier",
            "value_basis",
            "risk_grade",
            "clv_method",
            "customer_kind",
        }
        lines = [
            (
                name,
                self.label(name, value)
                if name in families
                else f"{value:,.4f}"
                if isinstance(value, Decimal)
                else f"{value}",
            )
            for name, value in row.items()
            if value is not None
        ]
        self._add(explanation, "record", lines)
        explanation.sections.append((self.word("lacks"), [("", self.word("history_only"))]))
