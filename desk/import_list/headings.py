"""Which field the heading of a column means. Known without models, which the process that reads a list has not."""

import re
from collections.abc import Iterable

from enquiries.folding import fold

# English, German, French, Spanish, Italian, Portuguese, Dutch, Polish, Turkish; folded: lower-case, without accents
# and whatever is no letter. What Google, Outlook, HubSpot, Salesforce, Mailchimp and LinkedIn write is here too.
WORDS = {
    "name": "name fullname contact patient person client customer nombre nom nome naam nombrecompleto nomcomplet "
    "nomecompleto vollername kontakt contactname volledigenaam imieinazwisko adsoyad lead patientname leadname "
    "displayname nameofpatient nomprenom nometcognome nomeecognome nombreyapellidos nometprenom firstandlastname "
    "nameandsurname vorundnachname vornameundnachname wieheissensie commentvousappelezvous comotellamas comesichiama",
    "given_name": "firstname givenname forename first vorname prenom nombredepila primernombre nomeproprio voornaam "
    "imie ad isim",
    "middle_name": "middlename additionalname middleinitial zweitername deuxiemeprenom segundonombre tussenvoegsel",
    "family_name": "lastname surname familyname last nachname familienname nomdefamille apellido apellidos cognome "
    "sobrenome apelido achternaam nazwisko soyad soyadi",
    "email": "email mail emailaddress mailaddress eaddress emailadresse mailadresse adressemail courriel "
    "correo correoelectronico direcciondecorreo indirizzoemail posta postaelettronica enderecodeemail emailadres "
    "adresemail eposta emailvalue emails emailaddresses primaryemail workemail homeemail personalemail "
    "direcciondecorreoelectronico adresseemail adresseelectronique emailprimary emailid",
    "other_email": "additionalemailaddresses additionalemail otheremail secondaryemail alternateemail emailtwo",
    "phone": "phone telephone tel mobile cell cellphone mobilephone phonenumber telephonenumber mobilenumber telefon "
    "telefonnummer handy mobil mobiltelefon rufnummer telephoneportable portable telefono movil celular cellulare "
    "numeroditelefono telefone telemovel telefoon telefoonnummer mobiel numertelefonu telefonkomorkowy ceptelefonu "
    "whatsapp phonevalue phonenumbers phones homephone businessphone workphone primaryphone otherphone carphone "
    "homephonenumber workphonenumber mobilephonenumber whatsappphonenumber whatsappnumber companymainphone "
    "telefonprivat privattelefon telefongeschaftlich festnetz numerodetelephone numerodetelefono contactnumber "
    "daytimephone eveningphone telno phoneno mobileno handynummer contactno whatsappno mobilewhatsapp "
    "mobilewhatsappnumber phonewhatsapp phoneprimary bestnumbertoreachyou bestphonenumber numbertoreachyou radiophone",
    "country": "country countrycode land pays pais paese nazione kraj ulke residence countryofresidence countryregion "
    "addresscountry homecountry homecountryregion businesscountry businesscountryregion othercountry "
    "othercountryregion mailingcountry billingcountry mailingcountrycode whichcountrydoyoulivein "
    "whichcountryareyoufrom wheredoyoulive wohnland herkunftsland inwhichcountrydoyoulive whatcountrydoyoulivein "
    "whatcountryareyoufrom whereareyoufrom whichcountrydoyouresidein inwelchemlandlebensie inwelchemlandwohnensie "
    "wowohnensie wolebensie dansquelpaysvivezvous dansquelpayshabitezvous enquepaisvives inqualepaesevivi "
    "emquepaisvocemora inwelklandwoontu",
    "next_action": "nextaction nextstep todo task action nachsterschritt aufgabe prochaineaction prochaineetape "
    "proximaaccion proximopaso prossimaazione volgendeactie",
    "next_action_on": "nextactionon nextactiondate nextactiondue followup followupon followupdate due dueon duedate "
    "wiedervorlage faelligam falligam echeance relance fechadeseguimiento scadenza nextactivitydate",
    "owner": "owner assignedto assigned coordinator responsible zustandig verantwortlich responsable responsabile "
    "contactowner leadowner accountowner recordowner owneralias",
    "created_at": "receivedon received date created createdat createdon since added addedon datum eingang "
    "eingangsdatum datedereception fecha fechaderecepcion data dataricezione createdate createddate datecreated "
    "dateadded connectedon optintime timestamp zeitstempel horodateur marcatemporal informazionicronologiche "
    "carimbodedatahora tijdstempel sygnaturaczasowa zamandamgasi submittedat submissiondate erstelltam",
    "note": "note notes comment comments remark remarks message notiz notizen bemerkung bemerkungen kommentar remarque "
    "remarques commentaire nota notas observaciones comentario osservazioni opmerking opmerkingen uwagi description "
    "anmerkung anmerkungen nachricht mensaje messaggio contactdescription leaddescription kommentare "
    "additionalcomments commentsorquestions questionsorcomments commentsandquestions questionsandcomments anyquestions "
    "question questions anythingelse anythingelseyouwouldliketotellus howcanwehelp howcanwehelpyou "
    "whatwouldyouliketoknow frage fragen ihrefrage habensiefragen fragenundkommentare avezvousdesquestions",
    "stopped": "unsubscribed unsubscribe unsubscribedfromallemail globalunsubscribe unsubtime unsubscribedat "
    "unsubscribedate unsubreason optout optedout optouttime emailoptout optoutemail hasoptedoutofemail optedoutofemail "
    "emailoptedout faxoptout donotcontact donotmail donotemail donotcall dnc nocontact blocklisted blacklisted "
    "emailblacklisted emailblocklisted blocked suppressed suppression complained spamcomplaint markedasspam spam "
    "abgemeldet abbestellt abgemeldetam ausgetragen gesperrt keinkontakt nichtkontaktieren nichtanschreiben "
    "portalunsubscribe portalspamreport "
    "werbesperre werbewiderspruch widerspruch widerrufen desabonne desinscrit desinscription nepascontacter opposition "
    "oppose baja dadodebaja nocontactar nomolestar disiscritto cancellato noncontattare descadastrado naocontactar "
    "naocontatar "
    "uitgeschreven afgemeld nietcontacteren nietbenaderen nietmailen wypisany niekontaktowac rezygnacja abonelikiptal",
    "bounced": "bounced bounce hardbounce hardbounced emailbounced emailbounceddate emailbouncedreason isemailbounced "
    "emailhardbouncereason emailhardbouncedate hardbouncereason bouncereason bouncedat cleaned cleantime cleanedat "
    "invalidemail invalidemailaddress portalbounce globalbounce emailinvalid undeliverable "
    "emailaddressquarantined unzustellbar",
    "may_mail": "maybemailed maymail maywemail maycontact maybecontacted emailpermission emailconsent marketingconsent "
    "emailmarketingconsent emailoptin optin optedin subscribed issubscribed acceptsmarketing "
    "acceptsemailmarketing consent einwilligung darfangeschriebenwerden abonniert abonne suscrito iscritto inscrito "
    "ingeschreven toestemming maywecontactyou canwecontactyou mayweemailyou canweemailyou mayweemail "
    "doyouagreetobecontacted durfenwirsiekontaktieren",
    "status": "status emailstatus subscriptionstatus subscriberstatus memberstatus contactstatus leadstatus "
    "mailstatus marketingstatus mailingstatus statut abostatus optinstatus emailsubscriptionstatus",
}
MEANS = {word: name for name, words in WORDS.items() for word in words.split()}
NOT_A_LETTER = re.compile(r"[\W\d_]+")
ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
# HubSpot has a column for each kind of its mail, which people name as they like.
OPTED_OUT = re.compile(r"(has)?optedoutof|unsubscribedfrom")
# How a form asks.
ASKED = re.compile(
    r"^(please|kindly)?(enter|give|state|write|provide|tellus)?(whatis|whats|wieist|wielautet|quelest|cuales|qualeil)?"
    r"(your|the|my|ihre?|deine?|votre|tu|su|uw|je)"
)
# Of a question in a form. Longer words are read letter by letter for nothing.
LONGEST = 200


def meaning(heading: str) -> str:
    """The field, or nothing."""
    if len(heading) > LONGEST:
        return ""
    for text in (heading, ASIDE.sub("", heading)):
        letters = NOT_A_LETTER.sub("", fold(text))
        if OPTED_OUT.match(letters):
            return "stopped"
        if found := MEANS.get(letters) or MEANS.get(ASKED.sub("", letters)):
            return found
    return ""


def known(headings: Iterable[str]) -> int:
    """How many different fields they mean."""
    return len({meaning(heading) for heading in headings} - {""})
