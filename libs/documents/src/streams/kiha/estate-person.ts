import {
  boolean,
  type ChildTable,
  code,
  date,
  ours,
  type RecordTable,
  required,
  sensitive,
  text,
} from '../../record-table.js';
import { number, validity } from './parts.js';

const addressType = code('MAILING_ADDRESS', 'STREET_ADDRESS', 'TEMPORARY_ADDRESS', 'PREVIOUS_ADDRESS');

const addresses: ChildTable = {
  element: 'EstatePersonAddress',
  kind: 'addresses',
  key: 'address_id',
  atMost: 1000,
  label: { fi: 'Osoite', sv: 'Adress', en: 'Address' },
  fields: [
    required(ours('AddressId', 'address_id', number, 'Osoitteen numero', 'Adressens nummer', 'Address number')),
    ours('AddressType', 'type', addressType, 'Osoitetyyppi', 'Adresstyp', 'Address type'),
    ours('AddressName', 'name', text(60), 'Yhteyshenkilö', 'Kontaktperson', 'Contact person'),
    ours('AddressStreetAddress', 'street_address', text(60), 'Lähiosoite', 'Gatuadress', 'Street address'),
    ours('AddressPostalCode', 'postal_code', text(10), 'Postinumero', 'Postnummer', 'Postal code'),
    ours('AddressPostalAddress', 'postal_address', text(60), 'Postitoimipaikka', 'Postanstalt', 'Post office'),
    ours('AddressCountry', 'country', text(60), 'Maa', 'Land', 'Country'),
    ours('AddressPhone', 'phone', text(25), 'Puhelin', 'Telefon', 'Phone'),
    ...validity('Address'),
  ],
};

const roles: ChildTable = {
  element: 'EstatePersonRole',
  kind: 'roles',
  key: 'role_id',
  atMost: 1000,
  label: { fi: 'Henkilörooli', sv: 'Personroll', en: 'Role' },
  fields: [
    required(ours('RoleId', 'role_id', number, 'Roolin numero', 'Rollens nummer', 'Role number')),
    ours('RoleName', 'name', text(80), 'Nimi', 'Namn', 'Name'),
    ...validity('Role'),
  ],
};

/** Owners, tenants and others [Henkilöt]. Some are under a non-disclosure order [turvakielto]. */
export const estatePerson: RecordTable = {
  stream: 'kiha',
  register: 'estate_person',
  element: 'EstatePerson',
  key: 'person_id',
  label: { fi: 'Henkilö', sv: 'Person', en: 'Person' },
  fields: [
    required(ours('EstatePersonId', 'person_id', number, 'Henkilön numero', 'Personens nummer', 'Person number')),
    ours('EstatePersonLastName', 'last_name', text(60), 'Sukunimi', 'Efternamn', 'Last name'),
    ours('EstatePersonFirstName', 'first_name', text(60), 'Etunimi', 'Förnamn', 'First name'),
    ours('EstatePersonOtherNames', 'other_names', text(60), 'Muut nimet', 'Övriga namn', 'Other names'),
    ours('EstatePersonPreviousName', 'previous_name', text(60), 'Entinen nimi', 'Tidigare namn', 'Former name'),
    ours(
      'EstatePersonSecurityRestriction',
      'security_restriction',
      boolean,
      'Turvakielto',
      'Spärrmarkering',
      'Non-disclosure order',
    ),
    sensitive(
      ours(
        'EstatePersonSocialSecurityNumber',
        'social_security_number',
        text(11),
        'Henkilötunnus',
        'Personbeteckning',
        'Personal identity code',
      ),
    ),
    ours('EstatePersonDateOfBirth', 'date_of_birth', date, 'Syntymäaika', 'Födelsetid', 'Date of birth'),
    ours('EstatePersonBusinessId', 'business_id', text(12), 'Y-tunnus', 'FO-nummer', 'Business id'),
    ours('EstatePersonNationality', 'nationality', text(3), 'Kansalaisuus', 'Medborgarskap', 'Nationality'),
    ours('EstatePersonEmail', 'email', text(128), 'Sähköposti', 'E-post', 'Email'),
    ours('EstatePersonMobilePhone', 'mobile_phone', text(25), 'Matkapuhelin', 'Mobiltelefon', 'Mobile phone'),
    ours('EstatePersonHomePhone', 'home_phone', text(25), 'Kotipuhelin', 'Hemtelefon', 'Home phone'),
    ours('EstatePersonWorkPhone', 'work_phone', text(25), 'Työpuhelin', 'Arbetstelefon', 'Work phone'),
    ours(
      'EstatePersonAdditionalInformation',
      'additional_information',
      text(4000),
      'Lisätiedot',
      'Tilläggsuppgifter',
      'Additional information',
    ),
  ],
  children: [addresses, roles],
};
