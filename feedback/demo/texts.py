"""What the people of the demo write."""

from dataclasses import dataclass

from requests_app.models import ServiceRequest

Kind = ServiceRequest.Kind

GOALS = (
    "On-time performance",
    "Terminal expansion by 2030",
    "Safety without compromise",
    "A house people like to work in",
    "Net zero by 2040",
)
# How many days from now each of them ends.
GOAL_DAYS = (19, 1500, 420, 200, 5200)
SERVES_HOW = (
    "Fewer trains leave late once this is settled.",
    "The plans cannot be handed in without it.",
    "It closes a gap that the last audit found.",
    "People have asked for it in every survey.",
    "It saves power on every day of the year.",
)

DEPARTMENTS = {
    "Operations": "Runs the terminals, the apron and the control room, day and night.",
    "Finance": "Budget, forecasts, payments and the annual accounts.",
    "Real Estate": "Leases, land and everything that is built on it.",
    "Legal": "Contracts, claims and advice before either.",
    "Compliance": "Licences, audits and the regulator.",
    "Community": "Neighbours, schools, clubs and complaints about noise.",
    "Human Resources": "Hiring, training, pay and the works council.",
    "Engineering": "Buildings, runways, baggage systems and their upkeep.",
}


@dataclass(frozen=True)
class Agreed:
    """One agreement as a story tells it: days are counted from today."""

    party: str
    about: str
    begins: int
    ends: int | None = None
    kind: str = ""
    level: int | None = None
    within: int | None = None
    evidence: str = ""
    confirmed: int | None = None
    is_ended: bool = False


AGREEMENTS = (
    Agreed(
        party="Compliance",
        about="The regulator's papers within ten working days",
        begins=-340,
        ends=21,
        kind="paperwork",
        level=3,
        within=10,
        evidence="Decided by the board; the regulator has it in writing.",
        confirmed=-330,
    ),
    Agreed(
        party="Helena Lindqvist",
        about="Half an hour with the executive each week while the land is bought",
        begins=-80,
        level=3,
        evidence="Said between the two of them after the site visit.",
        confirmed=-78,
    ),
    Agreed(
        party="Legal",
        about="Contract questions come back within four weeks",
        begins=-40,
        level=2,
        within=20,
        evidence="Service level between the two offices, signed by the general counsel.",
    ),
    Agreed(
        party="Community",
        about="Letters about noise come first in summer",
        begins=30,
        ends=150,
        kind="email",
        level=2,
    ),
    Agreed(
        party="Finance",
        about="Month-end figures are read on the first morning",
        begins=-200,
        level=1,
        confirmed=-190,
        is_ended=True,
    ),
)


@dataclass(frozen=True)
class Need:
    """One thing somebody asks for, and how it usually ends."""

    kind: str
    title: str
    purpose: str
    answer: str
    goal: int | None = None


NEEDS = (
    Need(
        Kind.MEETING,
        "45 minutes with the CEO on {topic}",
        "We need a direction before the steering group meets; without it we plan two variants and pay for both.",
        "You have {day} at 10:00, 45 minutes. Please send two pages the evening before.",
        1,
    ),
    Need(
        Kind.MEETING,
        "A slot in the executive round for {topic}",
        "Ten minutes are enough. The decision is prepared, the numbers are checked.",
        "You are on the agenda as the third item. The papers close on {day} at noon.",
        0,
    ),
    Need(
        Kind.MEETING,
        "Welcome for the new head of {team}",
        "Fifteen minutes in the first week would mean a great deal to her.",
        "Marta will come by on {day} at 9:30. I told the reception.",
    ),
    Need(
        Kind.CALL,
        "Call back about {topic}",
        "The other side waits for a word from us and gets nervous.",
        "Marta called them this morning. They know the next step and are content.",
    ),
    Need(
        Kind.CALL,
        "A short call with the regulator on {topic}",
        "A call now spares us three letters later.",
        "The call is on {day} at 15:00. I sent the dial-in to both sides.",
        2,
    ),
    Need(
        Kind.EMAIL,
        "Letter of thanks to {who}",
        "They helped us through a hard week and nobody has thanked them yet.",
        "Signed and sent. The copy is in your tray.",
        3,
    ),
    Need(
        Kind.EMAIL,
        "An answer to the mayor about {topic}",
        "The office asks for the second time. We drafted a reply, it needs her voice.",
        "Sent this afternoon, with one sentence softened.",
        4,
    ),
    Need(
        Kind.PAPERWORK,
        "Signature under the contract for {topic}",
        "The supplier holds the price until the end of the month.",
        "Signed. Legal has the original, you have the scan.",
        1,
    ),
    Need(
        Kind.PAPERWORK,
        "Signed safety statement to the regulator",
        "The Safety Charter asks for it every quarter; being late costs us a finding.",
        "Signed and delivered by courier, with a receipt.",
        2,
    ),
    Need(
        Kind.PAPERWORK,
        "Approval of travel for {who}",
        "The fare doubles on Thursday.",
        "Approved. Book the earlier train, please.",
    ),
    Need(
        Kind.RESEARCH,
        "Passenger-flow figures for the {month} board paper",
        "Table 3 is empty without them, and it is the table they ask about.",
        "The figures are in the board folder, with the source beside each.",
        0,
    ),
    Need(
        Kind.RESEARCH,
        "What did we promise on {topic} last year?",
        "They quote us and we cannot find it.",
        "Found it: the minutes of 12 May, item 4. The page is attached.",
    ),
    Need(
        Kind.RESEARCH,
        "Who decides on {topic}?",
        "Three people say it is one of the other two.",
        "Engineering decides, after hearing Operations. I told both that you will write.",
        0,
    ),
    Need(
        Kind.BRIEFING,
        "Briefing for the visit of {who}",
        "One page: who they are, what they want, what we may say.",
        "The page is in the folder. The last paragraph is from Legal and should stay as it is.",
    ),
    Need(
        Kind.BRIEFING,
        "Prepare the talking points on {topic}",
        "She speaks for five minutes and will be asked about noise.",
        "Five points, one page, in the folder.",
        1,
    ),
    Need(
        Kind.RELAY,
        "Tell the CEO that {topic} is on track",
        "No action needed, she wanted to know as soon as we do.",
        "Told her between two meetings. She says thank you.",
    ),
    Need(
        Kind.RELAY,
        "Pass on our concern about {topic}",
        "We would rather say it now than after the decision.",
        "She has read it and asks you to bring it up in the round.",
        0,
    ),
    Need(
        Kind.OTHER,
        "A room for {who} on {day}",
        "Twelve people, a screen, and coffee if that is possible.",
        "The small board room is yours from 9 to 12. Coffee comes at ten.",
    ),
    Need(
        Kind.OTHER,
        "Use of the CEO's photograph for {topic}",
        "The printer closes on Friday.",
        "Yes, the one from the spring. Please mention the photographer.",
        3,
    ),
)

TOPICS = (
    "the terminal expansion",
    "the lease extension",
    "the night flight rules",
    "the baggage system",
    "the new canteen",
    "the apron lighting",
    "the parking tariff",
    "the security lanes",
    "the school visits",
    "the energy contract",
    "the fire brigade's new engine",
    "the winter service",
    "the sound barrier",
    "the staff survey",
    "the cargo hall",
    "the railway stop",
    "the budget for next year",
    "the apprenticeship day",
)
WHO = (
    "the volunteer fire brigade",
    "the works council",
    "the delegation from Lyon",
    "the auditors",
    "the neighbours' association",
    "the night shift",
    "the apprentices",
    "the chamber of commerce",
    "the ground handlers",
    "the architects",
)
TEAMS = ("Finance", "Ground Handling", "Legal", "the Control Room", "Engineering")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
MONTHS = ("January", "March", "June", "September", "November")

FIRST_WORDS = (
    "Thank you, I have it. You will hear from me as soon as I know more.",
    "I have it on my list for today's round with Marta.",
    "Thank you for telling me early. I need to ask one person, then I will write to you.",
    "Seen. I will put it in front of her with the afternoon folder.",
)
QUESTIONS = (
    "Which of the two dates would be better for you?",
    "Could you send me the draft you mention? I do not find it in the folder.",
    "Who else should be in the room?",
    "Is it enough if she reads it, or do you need a decision?",
)
ADDITIONS = (
    "The second date is better. And thank you for asking.",
    "Here it is. Page 3 is the one that matters.",
    "Please add the head of Operations.",
    "A decision would be best. A yes in principle is enough.",
)
NOTES = (
    "She is not keen on this before the board meeting. Do not press.",
    "Finance sees the numbers differently; ask them first next time.",
    "The real question behind it is who pays. Raise it in the Thursday round.",
    "They helped us at short notice in spring. Worth remembering.",
)
LATER_WORDS = "I have the file open after the board call, and get back to you by {time}."
CONVERSATIONS = (
    "By telephone with Marta: three years, not five. Finance should look at the index clause first.",
    "In the corridor with the head of Operations: the date can move by a week without harm.",
)
TALKS = (
    "Takes over the winter service from January. Wants a fixed hour with Marta every other week, mornings.",
    "Needs the board papers on Monday; everything after noon is too late for the print shop.",
    "Would rather have a short call than three mails. Sounded overworked; ask again in a week.",
    "Heard that the supervisory board wants to see the depot. No date yet, no announcement.",
)
UNDERSTOOD = (
    "You take over the winter service in January, and would like an hour with Marta every other week, in the morning."
)
MEANT = "Needs the board papers on Tuesday, not on Monday; noon is right."
REASONS = ("We found the answer ourselves.", "The meeting was cancelled.", "")
EVIDENCE = (
    "Chairs the committee that decides on our budget.",
    "Without this team the winter service stops.",
    "Signs every building permit we need this year.",
    "Has the ear of the supervisory board; seen in the May meeting.",
)
SUPPORT = (
    "Sent their figures a day early when we needed them.",
    "Lent us a room on the busiest day.",
    "Answered three times late, each time after a reminder.",
    "Took over the tour for the delegation at an hour's notice.",
)
COMMENTS = (
    "Always friendly, even on the worst Monday.",
    "Tell us earlier when it takes longer.",
    "The call-back hour in the morning is a blessing.",
    "I would like to know who is on duty when you are both away.",
    "Papers for meetings two days before, please.",
    "Nothing. It just works.",
)

MOVED = "Others cannot go on without it: two teams wait for the answer before they book."
